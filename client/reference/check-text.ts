import type {
  CheckDefinition,
  CommandProbe,
  EntryFilter,
  Line,
  Lines,
  Look,
  Overlay,
  Probe,
} from '../../activities/selftest/check-definition.ts';

/** More lines than this that differ only in their beginning are told in one. */
const MOST_ALIKE = 2;

/** Everything of a check as a list in Markdown, the demand first. */
export function checkText(check: CheckDefinition): string[] {
  const { requirement, variants, platforms, overlays = [], env = {}, user, memory, probes, boundary } = check;
  const only = [...(variants ?? []), ...(platforms ?? [])];
  return [
    `- demanded by: ${requirement.standard}, ${requirement.section}`,
    ...(only.length === 0 ? [] : [`- only for: ${only.join(', ')}`]),
    ...overlays.map((overlay) => `- laid over: ${overlayText(overlay)}`),
    ...Object.entries(env).map(([name, value]) => `- with: \`${name}=${value}\``),
    ...(user === undefined ? [] : [`- as user and group: \`${user}\``]),
    ...(memory === undefined ? [] : [`- with at most ${memory / 1024 / 1024} MiB of memory`]),
    ...probes.flatMap(probeText),
    ...(boundary === undefined ? [] : [`- **boundary**: ${boundary}`]),
  ];
}

function probeText(probe: Probe): string[] {
  if ('ask' in probe) return [`- the probe, asked \`${probe.ask}\`, answers ${lineText(probe.answer)}`];
  if ('file' in probe) {
    return [
      `- \`${probe.file}\`:`,
      ...(probe.sha256 === undefined ? [] : [`  - its SHA-256 is \`${probe.sha256}\``]),
      ...(probe.lines === undefined ? [] : linesText('its text', probe.lines)),
    ];
  }
  if (!('run' in probe)) return [`- ${lookText(probe)}:`, ...linesText('seen', probe.lines)];
  const { exit, stdout, stderr } = probe;
  return [
    `- ${commandText(probe)} ends with ${[exit].flat().join(' or ')}:`,
    ...linesText('output', stdout ?? { all: [] }),
    ...linesText('error', stderr ?? { all: [] }),
  ];
}

function lookText(look: Look): string {
  if ('document' in look) return `\`${look.at}\` of the ${look.document}`;
  if ('packages' in look) return `the database of packages, \`${look.packages.join('=')}\``;
  if ('elf' in look) return `${look.facts.join(', ')} of ELF files${filterText(look.elf)}`;
  if ('find' in look) return `files${filterText(look.in)} that hold \`${String(look.find)}\``;
  return `entries${filterText(look.entries)}`;
}

function filterText({
  path,
  except,
  types,
  mode,
  lacks,
  notOwner,
  after,
  header,
  isElf,
}: EntryFilter): string {
  const parts = [
    path === undefined ? '' : `at \`${String(path)}\``,
    except === undefined ? '' : `not at \`${String(except)}\``,
    types === undefined ? '' : `of type ${types.join(' or ')}`,
    mode === undefined ? '' : `with a bit of mode 0${mode.toString(8)}`,
    lacks === undefined ? '' : `without all of mode 0${lacks.toString(8)}`,
    notOwner === undefined ? '' : `not owned by ${notOwner}:${notOwner}`,
    after === undefined ? '' : `changed after \`${after}\``,
    isElf === undefined ? '' : isElf ? 'that are ELF files' : 'that are no ELF files',
    header === undefined ? '' : `with an extended header \`${String(header)}\``,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}

function commandText({ run, input }: CommandProbe): string {
  const given = input === undefined ? '' : `, given \`${input}\`,`;
  return run === 'healthcheck' ? `the health check${given}` : `\`${run.join(' ')}\`${given}`;
}

function linesText(what: string, lines: Lines): string[] {
  if ('all' in lines) {
    return lines.all.length === 0
      ? [`  - ${what}: nothing`]
      : [`  - ${what}: exactly ${listed(inShort(lines.all))}`];
  }
  const none = lines.none ?? [];
  return [
    `  - ${what}: among others ${listed(lines.some.map(lineText))}`,
    ...(none.length === 0 ? [] : [`  - ${what}: no line ${listed(none.map(lineText))}`]),
  ];
}

/** The lines, where many in a row end alike only their count. */
function inShort(lines: readonly Line[]): string[] {
  const texts: string[] = [];
  for (let index = 0; index < lines.length;) {
    const run = alike(lines.slice(index));
    const [first, last] = [lineText(lines[index]), lineText(lines[index + run - 1])];
    if (run > MOST_ALIKE) texts.push(`${run} lines from ${first} to ${last}`);
    else texts.push(...lines.slice(index, index + run).map(lineText));
    index += run;
  }
  return texts;
}

/** How many lines end as the first one does; at least that one. */
function alike([first, ...others]: readonly Line[]): number {
  const end = ending(first);
  if (end === undefined) return 1;
  const other = others.findIndex((line) => ending(line) !== end);
  return 1 + (other === -1 ? others.length : other);
}

function ending(line: Line | undefined): string | undefined {
  return typeof line === 'string' ? /( : (?:Pass|Fail)| = 1)$/.exec(line)?.[1] : undefined;
}

function listed(texts: readonly string[]): string {
  return texts.join(', ');
}

function lineText(line: Line | undefined): string {
  const text = typeof line === 'string' ? line.replaceAll('\t', ' ').trim() : String(line);
  return `\`${text}\``;
}

function overlayText(overlay: Overlay): string {
  const target = `\`${overlay.target}\``;
  if ('absent' in overlay) return `nothing where ${target} is`;
  if ('empty' in overlay) return `an empty folder ${target}`;
  if ('text' in overlay) {
    return overlay.text === ''
      ? `an empty ${target}`
      : `${target} with \`${overlay.text.trim().replaceAll('\n', '; ')}\``;
  }
  if ('line' in overlay) {
    const by = overlay.by === null ? 'nothing' : `\`${overlay.by.replaceAll('\n', '; ')}\``;
    return `${target} with ${by} for the line \`${String(overlay.line)}\``;
  }
  const source = overlay.of === undefined ? target : `\`${overlay.of}\` as ${target}`;
  const { change } = overlay;
  if ('keep' in change) return `${source}, of which is kept: ${change.keep}`;
  if ('append' in change) return change.append === '' ? source : `${source} with one more byte`;
  const place = typeof change.flip === 'string' ? change.flip : `first byte of ${change.flip.section}`;
  return `${source} with one bit flipped (${place})`;
}
