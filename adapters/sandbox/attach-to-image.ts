import { constants } from 'node:os';
import { execa } from 'execa';
import { FoundryError } from '../../domain/errors.ts';
import { findProgram } from './builder-sandbox.ts';
import { type ImageRun, imageSandboxArguments } from './run-in-image.ts';

/**
 * Runs a program in a finished image as `runInImage` does, but with our own standard input, output and error: for a person, or in a
 * pipe. Returns its exit code; 128 and more stand for a signal. Throws FND_TOOL_MISSING, FND_INTERRUPTED.
 */
export async function attachToImage(run: Omit<ImageRun, 'input' | 'timeoutMs'>): Promise<number> {
  const { argv, signal } = run;
  const child = execa(await findProgram('bwrap'), [...imageSandboxArguments(run), '--', ...argv], {
    stdio: 'inherit',
    env: {},
    extendEnv: false,
    reject: false,
    killDescendants: true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const ended = await child;
  if (ended.isCanceled) {
    throw new FoundryError(
      'FND_INTERRUPTED',
      `${argv[0] ?? 'nothing'} in the image was stopped before its end`,
      {
        hint: 'It left nothing behind: an image is read-only.',
      },
    );
  }
  if (ended.exitCode !== undefined) return ended.exitCode;
  return ended.signal === undefined ? 1 : 128 + constants.signals[ended.signal];
}
