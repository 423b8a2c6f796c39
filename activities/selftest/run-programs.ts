import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import type { ImageConfig } from '../../adapters/oci-layout/oci-image.ts';
import type { ToolResult } from '../../adapters/process/run-tool.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import { type ImageRun, runInImage } from '../../adapters/sandbox/run-in-image.ts';
import { runInSharedSandbox, type SharedOutcome } from '../../adapters/sandbox/run-in-shared-sandbox.ts';
import type { SharedProgram } from '../../adapters/sandbox/runner-messages.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { CheckDefinition } from './check-definition.ts';

/** Where the suite is in the image while that is checked. */
const SUITE_IN_IMAGE = '/tmp/suite';
/** What answers questions. */
export const PROBE = `${SUITE_IN_IMAGE}/fips-probe`;
const RUNNER = 'fips-runner';

/** More than this no check looks at; whoever says more is stopped. evp_test says 6 MB of the vectors of AES-CCM. */
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/** An unpacked image to run programs in. */
export interface Runnable {
  readonly root: string;
  readonly config: Pick<ImageConfig, 'config'>;
  /** The folder on this machine with what the suite brings along; undefined when nobody has it. */
  readonly suite: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What a check lays over the image, the variables that it sets, and how it is run otherwise than the image says. */
export interface Around extends Pick<CheckDefinition, 'user' | 'memory'> {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs programs in an image with the same things around them, one after the other: in one sandbox where the suite brings its runner
 * along, else each in its own. The outcomes are in the order of the programs; an error stands for one that could not be run. Throws
 * FND_INTERRUPTED and what else ends all of them, as {@link runInSharedSandbox} does.
 */
export async function runPrograms(
  image: Runnable,
  around: Around,
  programs: readonly SharedProgram[],
): Promise<readonly SharedOutcome[]> {
  const { suite } = image;
  const hasRunner = suite !== undefined && (await ifThere(stat(join(suite, RUNNER)))) !== undefined;
  if (!hasRunner) return await apart(image, around, programs);
  return await runInSharedSandbox({
    ...sandboxOf(image, around),
    runner: posix.join(SUITE_IN_IMAGE, RUNNER),
    programs,
    mostOutputBytes: MOST_OUTPUT_BYTES,
  });
}

async function apart(
  image: Runnable,
  around: Around,
  programs: readonly SharedProgram[],
): Promise<readonly SharedOutcome[]> {
  const outcomes: SharedOutcome[] = [];
  for (const program of programs) {
    const outcome = await alone(image, around, program).catch((error: unknown) => {
      if (error instanceof FoundryError && error.code !== 'FND_INTERRUPTED') return error;
      throw error;
    });
    outcomes.push(outcome);
  }
  return outcomes;
}

async function alone(image: Runnable, around: Around, program: SharedProgram): Promise<ToolResult> {
  const [name = ''] = program.argv;
  if (image.suite === undefined && name.startsWith(`${SUITE_IN_IMAGE}/`))
    throw new FoundryError(
      'FND_TOOL_MISSING',
      `there is no ${posix.basename(name)}: the suite is not there`,
      {
        hint: 'Name the package of the suite that was built with the image.',
      },
    );
  const result = await runInImage({
    ...sandboxOf(image, around),
    ...program,
    mostOutputBytes: MOST_OUTPUT_BYTES,
  });
  // The sandbox speaks on the same channel and ends with 1 as well: what it says is no answer of the image.
  if (result.stderr.startsWith('bwrap: '))
    throw new FoundryError('FND_TOOL_FAILED', `the sandbox did not start it: ${result.stderr.trim()}`);
  return result;
}

function sandboxOf(
  { root, config, suite, signal }: Runnable,
  { mounts, env, user, memory }: Around,
): Pick<ImageRun, 'root' | 'config' | 'mounts' | 'env' | 'signal' | 'memoryBytes'> {
  const brought = suite === undefined ? [] : [{ source: suite, target: SUITE_IN_IMAGE }];
  return {
    root,
    config: user === undefined ? config : { config: { ...config.config, User: user } },
    mounts: [...brought, ...mounts],
    env,
    signal,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}
