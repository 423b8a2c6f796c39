import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { ImageConfig } from '../../adapters/oci-layout/oci-image.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import { runInImage } from '../../adapters/sandbox/run-in-image.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Check } from '../../domain/release/check.ts';
import type { CheckDefinition, CommandProbe, FileProbe } from './check-definition.ts';
import { filled, reasonsAgainstCommand, reasonsAgainstText } from './evaluate.ts';
import { readInImage } from './image-file.ts';
import { type Ground, layOver } from './lay-over.ts';

/** An image to be checked. */
export interface Examined extends Ground {
  readonly config: Pick<ImageConfig, 'config'>;
  readonly signal: AbortSignal | undefined;
}

/** How long one probe may take; a healthy one takes well under a second. */
const TIMEOUT_MS = 30_000;

/**
 * Does one check on an image. One that could not be done is `not-run`, with the reason; only an interruption is thrown,
 * FND_INTERRUPTED.
 */
export async function runCheck(definition: CheckDefinition, examined: Examined): Promise<Check> {
  const { id, title } = definition;
  try {
    const reasons = await withTemporaryDirectory((folder) => reasonsAgainst(definition, examined, folder));
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

async function reasonsAgainst(
  definition: CheckDefinition,
  examined: Examined,
  folder: string,
): Promise<string[]> {
  const mounts = await layOver(examined, definition.overlays ?? [], folder);
  const reasons: string[] = [];
  for (const probe of definition.probes) {
    const found =
      'file' in probe
        ? await reasonsAgainstFile(probe, examined)
        : await reasonsAgainstRun(probe, examined, mounts, definition.env ?? {});
    const what = 'file' in probe ? probe.file : commandLine(probe.run);
    reasons.push(...found.map((reason) => `${what}: ${reason}`));
  }
  return reasons;
}

async function reasonsAgainstRun(
  probe: CommandProbe,
  { root, config, facts, signal }: Examined,
  mounts: readonly Mount[],
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { input } = probe;
  const argv = probe.run === 'healthcheck' ? healthcheckOf(config) : probe.run;
  const result = await runInImage({
    root,
    config,
    argv,
    mounts,
    env,
    signal,
    timeoutMs: TIMEOUT_MS,
    ...(input === undefined ? {} : { input }),
  });
  // The sandbox speaks on the same channel and ends with 1 as well: what it says is no answer of the image.
  if (result.stderr.startsWith('bwrap: '))
    throw new FoundryError('FND_TOOL_FAILED', `the sandbox did not start it: ${result.stderr.trim()}`);
  return reasonsAgainstCommand(probe, result, facts);
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

function healthcheckOf({ config }: Examined['config']): readonly string[] {
  const [kind, ...argv] = config.Healthcheck?.Test ?? [];
  if (kind === 'CMD' && argv.length > 0) return argv;
  throw new FoundryError('FND_BAD_DATA', 'the image names no health check');
}

function commandLine(run: CommandProbe['run']): string {
  return run === 'healthcheck' ? 'the health check' : run.join(' ');
}

function inShort({ probes, boundary }: CheckDefinition): string {
  const asked = probes.length === 1 ? 'one probe' : `${probes.length} probes`;
  return boundary === undefined ? `${asked}, as expected` : `${asked}, as expected; a boundary: ${boundary}`;
}
