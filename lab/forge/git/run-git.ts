import { runTool, runToolForBytes, type ToolRun } from '../../../adapters/process/run-tool.ts';
import { gitEnvironment } from './git-environment.ts';

/** How one git command differs from the plain case. */
export type GitOptions = Pick<ToolRun, 'input' | 'env' | 'acceptExitCodes' | 'signal'>;

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
  return (await runToolForBytes(gitRun(repository, args, {}))).stdout;
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
