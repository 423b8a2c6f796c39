import type {
  CheckDefinition,
  CommandProbe,
  Line,
  Lines,
  Overlay,
  Probe,
} from '../../activities/selftest/check-definition.ts';
import { CHECK_GROUPS, type CheckGroup } from '../../test/compliance/checks/all-checks.ts';

/** More lines than this that differ only in their beginning are told in one. */
const MOST_ALIKE = 2;

/** `docs/selftest.md`: every self-test of an image, from the definitions. A test keeps the file equal to this. */
export function selftestPage(): string {
  const checks = CHECK_GROUPS.flatMap((group) => group.checks);
  const boundaries = Map.groupBy(
    checks.flatMap(({ id, boundary }) => (boundary === undefined ? [] : [{ id, boundary }])),
    ({ boundary }) => boundary,
  );
  return [
    '# Self-tests of an image',
    '',
    'Generated from `test/compliance/checks/` by `npm run docs`; do not edit by hand.',
    '',
    `A release does these ${checks.length} checks in each finished image, by digest, in a sandbox without a network, read-only, without`,
    'capabilities, as the user of the image. One check that fails or cannot be run aborts the release. Files and variables that a',
    'check lays over the image are named; everything else is the image as it is. Output of which nothing is said must be empty,',
    'lines are compared whole, and `{…}` stands for what the release built. An id never changes its meaning.',
    '',
    'What a container cannot prevent is a **boundary**: we say so, and the check shows that it is where we say.',
    '',
    '| group | checks | |',
    '| --- | ---: | --- |',
    ...CHECK_GROUPS.map(({ prefix, title, checks: own }) => `| ${prefix} | ${own.length} | ${title} |`),
    '',
    '## Boundaries',
    '',
    ...[...boundaries].map(([boundary, own]) => `- ${own.map(({ id }) => id).join(', ')}: ${boundary}`),
    '',
    ...CHECK_GROUPS.flatMap(groupSection),
  ].join('\n');
}

function groupSection({ prefix, title, checks }: CheckGroup): string[] {
  return [`## ${prefix}: ${title}`, '', ...checks.flatMap(checkSection)];
}

function checkSection(check: CheckDefinition): string[] {
  const { id, title, requirement, variants, platforms, overlays = [], env = {}, probes, boundary } = check;
  const only = [...(variants ?? []), ...(platforms ?? [])];
  return [
    `### ${id}`,
    '',
    `${title[0]?.toUpperCase() ?? ''}${title.slice(1)}.`,
    '',
    `- demanded by: ${requirement.standard}, ${requirement.section}`,
    ...(only.length === 0 ? [] : [`- only for: ${only.join(', ')}`]),
    ...overlays.map((overlay) => `- laid over: ${overlayText(overlay)}`),
    ...Object.entries(env).map(([name, value]) => `- with: \`${name}=${value}\``),
    ...probes.flatMap(probeText),
    ...(boundary === undefined ? [] : [`- **boundary**: ${boundary}`]),
    '',
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
  const { exit, stdout, stderr } = probe;
  return [
    `- ${commandText(probe)} ends with ${[exit].flat().join(' or ')}:`,
    ...linesText('output', stdout ?? { all: [] }),
    ...linesText('error', stderr ?? { all: [] }),
  ];
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
