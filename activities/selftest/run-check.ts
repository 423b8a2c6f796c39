import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import { sha256 } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Check } from '../../domain/release/check.ts';
import { type Answering, Answers, type Examined } from './answers.ts';
import type { CheckDefinition, CommandProbe, FileProbe, Look, Probe } from './check-definition.ts';
import { filled, reasonsAgainstCommand, reasonsAgainstText } from './evaluate.ts';
import { readInImage } from './image-file.ts';
import { layOver } from './lay-over.ts';

/**
 * Does one check on an image; `answers` is what it and others share. One that could not be done is `not-run`, with the reason; only an
 * interruption is thrown, FND_INTERRUPTED.
 */
export async function runCheck(
  definition: CheckDefinition,
  examined: Examined,
  answers = new Answers(examined, [definition]),
): Promise<Check> {
  const { id, title } = definition;
  try {
    const reasons = await withOverlays(definition, examined, (mounts) =>
      reasonsAgainst(definition, examined, answers.of(definition, mounts)),
    );
    if (reasons.length === 0) return { id, title, verdict: 'pass', detail: inShort(definition) };
    return { id, title, verdict: 'fail', detail: [demandOf(definition), ...reasons].join('\n') };
  } catch (error) {
    if (examined.signal?.aborted === true) throw error;
    const detail = `${demandOf(definition)}\ncould not be run: ${messageOf(error)}`;
    return { id, title, verdict: 'not-run', detail };
  }
}

/** Where a check's demand comes from, on one line. */
export function demandOf({ requirement }: Pick<CheckDefinition, 'requirement'>): string {
  return `demanded by ${requirement.standard}, ${requirement.section}`;
}

/** Most checks lay nothing over the image: they need no folder. */
async function withOverlays<T>(
  { overlays = [] }: CheckDefinition,
  examined: Examined,
  use: (mounts: readonly Mount[]) => Promise<T>,
): Promise<T> {
  if (overlays.length === 0) return await use([]);
  return await withTemporaryDirectory(async (folder) => use(await layOver(examined, overlays, folder)));
}

async function reasonsAgainst(
  definition: CheckDefinition,
  examined: Examined,
  answering: Answering,
): Promise<string[]> {
  const answered = (await answering.ask()).values();
  const reasons: string[] = [];
  for (const probe of definition.probes) {
    const found =
      'ask' in probe
        ? reasonsAgainstText(
            'the answer',
            { all: [probe.answer] },
            answered.next().value ?? '',
            examined.facts,
          )
        : await reasonsAgainstProbe(probe, examined, answering);
    reasons.push(...found.map((reason) => `${nameOf(probe)}: ${reason}`));
  }
  return reasons;
}

async function reasonsAgainstProbe(
  probe: CommandProbe | FileProbe | Look,
  examined: Examined,
  answering: Answering,
): Promise<string[]> {
  const { facts, view } = examined;
  if ('run' in probe) return reasonsAgainstCommand(probe, await answering.run(probe), facts);
  if ('file' in probe) return await reasonsAgainstFile(probe, examined);
  const lines = await view.linesOf(probe, facts);
  return reasonsAgainstText('what is seen', probe.lines, lines.map((line) => `${line}\n`).join(''), facts);
}

async function reasonsAgainstFile(probe: FileProbe, { root, facts }: Examined): Promise<string[]> {
  const content = await readInImage(root, probe.file);
  const digest = sha256(content);
  const wanted = probe.sha256 === undefined ? digest : filled(probe.sha256, facts);
  return [
    ...(digest === wanted ? [] : [`its SHA-256 is ${digest}, expected ${wanted}`]),
    ...(probe.lines === undefined
      ? []
      : reasonsAgainstText('its text', probe.lines, content.toString('utf8'), facts)),
  ];
}

/** What a probe looks at, in reasons. */
function nameOf(probe: Probe): string {
  if ('ask' in probe) return probe.ask;
  if ('file' in probe) return probe.file;
  if ('run' in probe) return probe.run === 'healthcheck' ? 'the health check' : probe.run.join(' ');
  if ('document' in probe) return `${probe.at} of the ${probe.document}`;
  if ('packages' in probe) return 'the packages';
  if ('elf' in probe) return 'programs and libraries';
  return 'entries' in probe ? 'the entries' : `files with ${String(probe.find)}`;
}

function inShort({ probes, boundary }: CheckDefinition): string {
  const asked = probes.length === 1 ? 'one probe' : `${probes.length} probes`;
  return boundary === undefined ? `${asked}, as expected` : `${asked}, as expected; a boundary: ${boundary}`;
}
