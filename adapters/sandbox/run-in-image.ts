import { posix } from 'node:path';
import type { ImageConfig } from '../oci-layout/oci-image.ts';
import { runTool, type ToolResult } from '../process/run-tool.ts';
import type { Mount } from './builder-sandbox.ts';

/** One program in a finished image. */
export interface ImageRun {
  /** The unpacked layers. */
  readonly root: string;
  readonly config: Pick<ImageConfig, 'config'>;
  /** The whole command; see {@link imageCommand} for what a container would run. */
  readonly argv: readonly string[];
  /** Files laid over the image's own, read-only: how a test changes one. Targets are absolute. */
  readonly mounts?: readonly Mount[];
  /** On top of the image's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** A program that says more is ended. */
  readonly mostOutputBytes?: number;
  /** How much address space each process may have. */
  readonly memoryBytes?: number;
}

const TIMEOUT_MS = 60_000;
/** Any exit code is an answer; 128 and more stand for a signal. */
export const ANY_EXIT_CODE = Array.from({ length: 255 }, (_, index) => index + 1);

/**
 * Runs a program in a finished image by the image's own configuration, as a hardened container would: namespaces of its own, no
 * network, a read-only file system with an empty `/tmp`, no capabilities, no new privileges, the image's user, working folder and
 * variables, nothing else. Returns what it said and its exit code, whatever it is.
 * A numeric `User` is what we know; anything else is refused by the runtime too. Throws FND_TOOL_MISSING, FND_INTERRUPTED, and
 * FND_TOOL_FAILED when it takes too long.
 */
export async function runInImage(run: ImageRun): Promise<ToolResult> {
  const { signal, input, mostOutputBytes } = run;
  const { file, args } = imageSandboxCommand(run);
  return await runTool({
    tool: `${run.argv[0] ?? 'nothing'} in the image`,
    file,
    args: [...args, '--', ...run.argv],
    acceptExitCodes: ANY_EXIT_CODE,
    timeoutMs: run.timeoutMs ?? TIMEOUT_MS,
    ...(input === undefined ? {} : { input }),
    ...(signal === undefined ? {} : { signal }),
    ...(mostOutputBytes === undefined ? {} : { mostOutputBytes }),
  });
}

/** What a container of the image runs: its entry point, then the arguments or, when none are given, its default ones. */
export function imageCommand(config: Pick<ImageConfig, 'config'>, args: readonly string[]): string[] {
  const { Entrypoint, Cmd } = config.config;
  return [...(Entrypoint ?? []), ...(args.length > 0 ? args : (Cmd ?? []))];
}

/** The program that sets up the sandbox of a finished image, and its arguments up to the command. */
export function imageSandboxCommand(
  run: Pick<ImageRun, 'root' | 'config' | 'mounts' | 'env' | 'memoryBytes'>,
): { readonly file: string; readonly args: readonly string[] } {
  const args = imageSandboxArguments(run);
  if (run.memoryBytes === undefined) return { file: 'bwrap', args };
  return { file: 'prlimit', args: [`--as=${run.memoryBytes}`, 'bwrap', ...args] };
}

/** The arguments of bubblewrap up to the command. */
export function imageSandboxArguments(run: Pick<ImageRun, 'root' | 'config' | 'mounts' | 'env'>): string[] {
  const { User, Env, WorkingDir } = run.config.config;
  const [uid = '0', gid = uid] = (User ?? '0').split(':');
  const own = Env.map(
    (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
  );
  return [
    ['--unshare-all', '--unshare-user', '--uid', uid, '--gid', gid, '--cap-drop', 'ALL'],
    ['--hostname', 'container', '--die-with-parent', '--new-session', '--clearenv'],
    ['--ro-bind', run.root, '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
    (run.mounts ?? []).flatMap(({ source, target }) => ['--ro-bind', source, posix.resolve('/', target)]),
    ['--chdir', WorkingDir ?? '/', '--setenv', 'HOME', '/tmp'],
    [...own, ...Object.entries(run.env ?? {})].flatMap(([name, value]) => ['--setenv', name, value]),
  ].flat();
}
