import { execa, ExecaError } from 'execa';
import { FoundryError } from '../../domain/errors.ts';
import { diskFull, saysDiskFull } from '../files/write-atomic.ts';

/** Environment variables that every tool may see. Anything else is named by the caller, one by one. */
const ALWAYS_ALLOWED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME'] as const;

const FIRST_LINES = 12;
const MOST_OUTPUT_BYTES = 512 * 1024 * 1024;

/** One run of one program. `args` is an array: no shell ever sees it. */
export interface ToolRun {
  /** The name people know the tool by; used in errors. */
  readonly tool: string;
  /** The program: a name on the PATH or an absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Variables set for the run, on top of the allow-list. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of the caller's own variables that the tool may see too. */
  readonly passEnv?: readonly string[];
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** A program that says more is ended. Default: 512 MiB. */
  readonly mostOutputBytes?: number;
  /** Exit codes that are an answer and not a failure. Default: only 0. */
  readonly acceptExitCodes?: readonly number[];
  /** Called with each line of standard error and standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** How output is read: as text, or as it is. */
export type Encoding = 'utf8' | 'buffer';

/** What a program printed, in the encoding that was asked for. */
export interface Printed {
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly exitCode: number;
}

/** Starts a program from this process; see `runTool`, which knows whether another one had better do it. Throws as it does. */
export async function runHere(run: ToolRun, encoding: Encoding): Promise<Printed> {
  const child = execa(run.file, [...run.args], {
    encoding,
    all: run.onLine !== undefined,
    env: allowedEnvironment(run),
    extendEnv: false,
    stripFinalNewline: false,
    killDescendants: true,
    forceKillAfterDelay: 5000,
    maxBuffer: run.mostOutputBytes ?? MOST_OUTPUT_BYTES,
    ...(run.input === undefined ? { stdin: 'ignore' as const } : { input: run.input }),
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.signal === undefined ? {} : { cancelSignal: run.signal }),
    ...(run.timeoutMs === undefined ? {} : { timeout: run.timeoutMs }),
  });
  const lines = run.onLine === undefined ? undefined : forwardLines(child, run.onLine);
  try {
    const { stdout, stderr } = await child;
    return { stdout, stderr, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.exitCode !== undefined && run.acceptExitCodes?.includes(error.exitCode) === true) {
      return { stdout: error.stdout, stderr: error.stderr, exitCode: error.exitCode };
    }
    throw classify(run, error);
  } finally {
    await lines;
  }
}

interface LineSource {
  iterable(options: { from: 'all' }): AsyncIterable<unknown>;
}

async function forwardLines(child: LineSource, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of child.iterable({ from: 'all' })) onLine(String(line));
  } catch (error) {
    // The child's own failure is reported by whoever awaits the child.
    if (!(error instanceof ExecaError)) throw error;
  }
}

/** The variables that a run sees, of those of this process. */
export function allowedEnvironment(run: Pick<ToolRun, 'env' | 'passEnv'>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of [...ALWAYS_ALLOWED, ...(run.passEnv ?? [])]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...run.env };
}

function classify(run: ToolRun, error: ExecaError): FoundryError {
  if (error.code === 'ENOENT') {
    return new FoundryError('FND_TOOL_MISSING', `${run.tool}: there is no program ${run.file}`, {
      hint: 'Run `./foundry doctor`: it names what is missing and the line that installs it.',
      cause: error,
    });
  }
  if (error.isCanceled)
    return new FoundryError('FND_INTERRUPTED', `${run.tool} was stopped before its end`, { cause: error });
  const reason = error.timedOut
    ? `gave no answer within ${run.timeoutMs ?? 0} ms`
    : error.isMaxBuffer
      ? `said more than ${run.mostOutputBytes ?? MOST_OUTPUT_BYTES} bytes`
      : error.exitCode === undefined
        ? `ended by signal ${error.signal ?? 'unknown'}`
        : `ended with exit code ${error.exitCode}`;
  const full = [textOf(error.stderr), textOf(error.stdout)].find(saysDiskFull);
  if (full !== undefined) {
    const line = full.split('\n').find(saysDiskFull) ?? '';
    return diskFull(`${run.tool} found no space left on a disk it writes to: ${line.trim()}`, error);
  }
  const said = firstLines(textOf(error.stderr)) || firstLines(textOf(error.stdout));
  const detail = said === '' ? ' and said nothing' : `:\n${said}`;
  return new FoundryError(
    'FND_TOOL_FAILED',
    `${run.tool} ${run.args.slice(0, 3).join(' ')} ${reason}${detail}`,
    { cause: error },
  );
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return output instanceof Uint8Array ? Buffer.from(output).toString('utf8') : '';
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, FIRST_LINES).join('\n');
}
