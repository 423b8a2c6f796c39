import { Buffer } from 'node:buffer';
import { getSystemErrorName } from 'node:util';
import { FoundryError } from '../../domain/errors.ts';
import { runToolForBytes, type ToolResult } from '../process/run-tool.ts';
import { ANY_EXIT_CODE, type ImageRun, imageSandboxCommand } from './run-in-image.ts';
import { decodeAnswers, encodeOrders, type RunnerAnswer, type SharedProgram } from './runner-messages.ts';

/** Several programs in a finished image, in one sandbox. */
export interface SharedRun extends Pick<
  ImageRun,
  'root' | 'config' | 'mounts' | 'env' | 'signal' | 'memoryBytes'
> {
  /** Where the runner of the suite is in the image. */
  readonly runner: string;
  readonly programs: readonly SharedProgram[];
  /** A program that says more on a channel is ended. */
  readonly mostOutputBytes: number;
}

/** What a program said and how it ended, or why nobody knows. */
export type SharedOutcome = ToolResult | FoundryError;

/** For the sandbox and the runner themselves, on top of what the programs may take. */
const MARGIN_MS = 60_000;

/**
 * Runs programs in a finished image as `runInImage` runs one, but one after the other in the same sandbox, which costs a fraction of one
 * for each. The runner ends what a program started and empties `/tmp` before the next. The outcomes are in the order of the programs:
 * FND_TOOL_FAILED stands for one that could not be started, took too long or said too much, and for all after a runner that ended too
 * early. Throws FND_TOOL_MISSING, FND_INTERRUPTED, FND_TOOL_FAILED when the runner itself takes too long, FND_TOOL_OUTPUT.
 */
export async function runInSharedSandbox(run: SharedRun): Promise<SharedOutcome[]> {
  const { programs, mostOutputBytes, signal } = run;
  const { file, args } = imageSandboxCommand(run);
  const { stdout, stderr, exitCode } = await runToolForBytes({
    tool: 'the runner in the image',
    file,
    args: [...args, '--', run.runner],
    input: encodeOrders(programs, mostOutputBytes),
    acceptExitCodes: ANY_EXIT_CODE,
    timeoutMs: programs.reduce((sum, { timeoutMs }) => sum + timeoutMs, MARGIN_MS),
    ...(signal === undefined ? {} : { signal }),
  });
  const answers = decodeAnswers(stdout);
  if (answers.length > programs.length || (exitCode === 0 && answers.length < programs.length))
    throw new FoundryError(
      'FND_TOOL_OUTPUT',
      `the runner of the suite gave ${answers.length} answers to ${programs.length} orders`,
    );
  return programs.map((program, index) => {
    const answer = answers[index];
    if (answer !== undefined) return outcomeOf(program, answer, mostOutputBytes);
    return failed(program, `was not run: the runner ended with ${exitCode}: ${stderr.trim().slice(0, 500)}`);
  });
}

function outcomeOf(program: SharedProgram, answer: RunnerAnswer, mostOutputBytes: number): SharedOutcome {
  if (answer.ending === 'ended') {
    const { stdout, stderr, exitCode } = answer;
    return { stdout: textOf(stdout), stderr: textOf(stderr), exitCode };
  }
  if (answer.ending === 'unstarted')
    return failed(program, `was not started: ${getSystemErrorName(-answer.errno)}`);
  if (answer.ending === 'late') return failed(program, `gave no answer within ${program.timeoutMs} ms`);
  return failed(program, `said more than ${mostOutputBytes} bytes`);
}

function failed({ argv: [name = 'nothing'] }: SharedProgram, why: string): FoundryError {
  return new FoundryError('FND_TOOL_FAILED', `${name} in the image ${why}`);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
