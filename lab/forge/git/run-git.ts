import { runTool, runToolForBytes, type ToolRun } from '../../../adapters/process/run-tool.ts';

/** How one git command differs from the plain case. */
export type GitOptions = Pick<ToolRun, 'input' | 'env' | 'acceptExitCodes' | 'signal'>;

/**
 * The whole environment git sees beside the PATH: no configuration of the machine or of the person, no prompts,
 * the same language and time zone everywhere. The repository is ours even when another user owns its folder.
 */
export function gitEnvironment(repository: string): Record<string, string> {
  return {
    HOME: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/** Runs git on a bare repository and returns its standard output as text. Throws FND_TOOL_FAILED or FND_TOOL_MISSING. */
export async function git(
  repository: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await runTool(gitRun(repository, args, options))).stdout;
}

/** Like {@link git}, but returns the exact bytes. */
export async function gitBytes(repository: string, args: readonly string[]): Promise<Uint8Array> {
  return await runToolForBytes(gitRun(repository, args, {}));
}

/** Asks git a yes-or-no question: exit code 0 is yes, 1 (and 128, an unknown object) is no. */
export async function gitSays(repository: string, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await runTool(gitRun(repository, args, { acceptExitCodes: [1, 128] }));
  return exitCode === 0;
}

function gitRun(repository: string, args: readonly string[], options: GitOptions): ToolRun {
  return {
    ...options,
    tool: 'git',
    file: 'git',
    args: [`--git-dir=${repository}`, ...args],
    env: { ...gitEnvironment(repository), ...options.env },
  };
}
