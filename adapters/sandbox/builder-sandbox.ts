import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoundryError } from '../../domain/errors.ts';
import { compileCacheEnvironment } from '../process/compile-cache.ts';
import { runTool, type ToolResult } from '../process/run-tool.ts';

/** A file or folder of this machine, and where a sandbox sees it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
}

/** What a builder sees of the machine it runs on. Two builders that differ in all of this must make the same bytes. */
export interface BuilderEnvironment {
  /** Where the builder's folder appears. */
  readonly path: string;
  readonly hostname: string;
  /** In POSIX form, such as `XYZ-14`: no time zone database is needed to read it. */
  readonly timeZone: string;
  readonly locale: string;
  /** File creation mask. */
  readonly umask: number;
}

/** One program in the sandbox of a builder. */
export interface BuilderRun {
  readonly environment: BuilderEnvironment;
  /** The builder's own folder: what it may write. Its `tmp/` is the sandbox's `/tmp`. */
  readonly folder: string;
  /** What it may read besides; relative targets are in its folder. */
  readonly inputs: readonly Mount[];
  /** The name people know the program by. */
  readonly tool: string;
  /** The program on this machine. */
  readonly file: string;
  readonly args: readonly string[];
  /** On top of PATH, HOME, TMPDIR, TZ, LC_ALL. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly onLine?: ((line: string) => void) | undefined;
}

const BUILDER_ID = '1000';
const LAST_LINES = 15;
const PROGRAMS = '/opt/foundry';
const WITH_UMASK = fileURLToPath(new URL('./with-umask.ts', import.meta.url));

/**
 * Runs a program in a builder's sandbox: its own network namespace with nothing in it, its own host name, user 1000 without
 * capabilities whoever we are, a file system of the machine's `/usr` (read-only), the inputs (read-only) and the builder's folder.
 * The rest of the machine is not there: no home, no state, no credentials. It may make namespaces of its own inside.
 * Throws FND_TOOL_FAILED with the tool's last words, because the reason comes last; else like {@link runTool}, and
 * FND_TOOL_MISSING when there is no bubblewrap.
 */
export async function runInBuilderSandbox(run: BuilderRun): Promise<ToolResult> {
  const bubblewrap = await findProgram('bwrap');
  const mask = run.environment.umask.toString(8).padStart(4, '0');
  const { tool, signal, timeoutMs } = run;
  const last: string[] = [];
  try {
    return await runTool({
      tool,
      file: process.execPath,
      args: [
        ['--disable-warning=ExperimentalWarning', WITH_UMASK, mask, bubblewrap],
        builderSandboxArguments(run),
        run.args,
      ].flat(),
      // For what sets the mask: the sandbox passes nothing of it on.
      env: compileCacheEnvironment(),
      timeoutMs,
      onLine: (line) => {
        if (last.push(line) > LAST_LINES) last.shift();
        run.onLine?.(line);
      },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!(error instanceof FoundryError) || error.code !== 'FND_TOOL_FAILED') throw error;
    const said = last.length === 0 ? 'it said nothing' : `its last words:\n${last.join('\n')}`;
    throw new FoundryError(
      'FND_TOOL_FAILED',
      `${tool} failed in the sandbox of ${run.environment.hostname}; ${said}`,
      {
        cause: error,
      },
    );
  }
}

/** The arguments of bubblewrap up to and with the program itself; the program's own arguments follow. */
function builderSandboxArguments(
  run: Pick<BuilderRun, 'environment' | 'folder' | 'inputs' | 'file' | 'env'>,
): string[] {
  const { environment, folder } = run;
  const program = `${PROGRAMS}/program`;
  const variables = {
    PATH: '/usr/bin:/usr/sbin',
    HOME: '/tmp',
    TMPDIR: '/tmp',
    TZ: environment.timeZone,
    LC_ALL: environment.locale,
    ...run.env,
  };
  return [
    ['--unshare-user', '--uid', BUILDER_ID, '--gid', BUILDER_ID, '--cap-drop', 'ALL'],
    ['--unshare-net', '--unshare-ipc', '--unshare-uts', '--hostname', environment.hostname],
    ['--die-with-parent', '--new-session', '--clearenv'],
    ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
    ['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    // The machine's /proc, without a PID namespace: the tool inside makes its own, with a fresh /proc, and the kernel allows
    // that in a user namespace only where an uncovered one is seen.
    ['--bind', '/proc', '/proc', '--ro-bind', '/sys', '/sys', '--dev', '/dev'],
    ['--dir', '/etc', '--ro-bind', '/dev/null', '/etc/resolv.conf'],
    ['--bind', folder, environment.path, '--bind', join(folder, 'tmp'), '/tmp'],
    run.inputs.flatMap(({ source, target }) => ['--ro-bind', source, join(environment.path, target)]),
    ['--ro-bind', run.file, program, '--chdir', environment.path],
    Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--', program],
  ].flat();
}

/** The absolute path of a program on our PATH. Throws FND_TOOL_MISSING. */
export async function findProgram(name: string): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  throw new FoundryError('FND_TOOL_MISSING', `there is no program ${name} on the PATH`, {
    hint: 'Run `./foundry doctor`: it names what is missing and the line that installs it.',
  });
}
