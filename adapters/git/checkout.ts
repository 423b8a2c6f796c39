import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import { CommitId } from '../../domain/pins/values.ts';
import { isCode } from '../files/write-atomic.ts';
import { runTool } from '../process/run-tool.ts';

/** A branch of a repository that is reached over smart HTTP. */
export interface Remote {
  readonly url: string;
  readonly branch: string;
  /** An access token; it reaches git through its environment, so it is in no argument and no file. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** A clone in a folder of its own. */
export interface Checkout {
  /** The commit that was cloned, or that {@link Checkout.commit} made. */
  head(): Promise<string>;
  /** The text of a file, or undefined when the commit does not have it. */
  read(path: string): Promise<string | undefined>;
  /**
   * Writes files, commits them and pushes the commit, to the branch that was cloned or to another one. Throws FND_BUSY when the branch has
   * moved meanwhile.
   */
  commit(files: Readonly<Record<string, string>>, message: string, branch?: string): Promise<string>;
}

const AUTHOR = { name: 'wolfi-openssl-fips foundry', email: 'foundry@wolfi-openssl-fips.invalid' };

/**
 * Clones the newest commit of a branch into an empty folder. Git sees no configuration of the machine or the person, and asks
 * nothing. Throws FND_UNREACHABLE when the repository gives no answer or refuses, FND_TOOL_MISSING without git.
 */
export async function cloneBranch(remote: Remote, folder: string): Promise<Checkout> {
  const git = (...args: string[]): Promise<string> => run(remote, folder, args);
  try {
    await git(
      'clone',
      '--quiet',
      '--depth=1',
      '--single-branch',
      `--branch=${remote.branch}`,
      remote.url,
      '.',
    );
  } catch (error) {
    throw unreachable(error, `${remote.url} cannot be cloned`);
  }
  return {
    head: async () => (await git('rev-parse', 'HEAD')).trim(),
    read: (path) => readIfThere(join(folder, path)),
    async commit(files, message, branch = remote.branch) {
      for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
      await git('add', '--', ...Object.keys(files));
      await git('commit', '--quiet', '--no-gpg-sign', `--message=${message}`);
      await push({ ...remote, branch }, git);
      return (await git('rev-parse', 'HEAD')).trim();
    },
  };
}

/** A file of a commit. */
interface CommittedFile {
  readonly path: string;
  /** Links lead out of the commit, to whatever this machine has there. */
  readonly isLink: boolean;
}

/** The files of one commit, in a folder of their own. */
export interface CommittedFiles {
  /** The last commit up to this one that changed any of some paths, files or folders, and when it was made, in seconds since 1970. */
  lastChange(paths: readonly string[]): Promise<{ readonly commit: string; readonly epoch: number }>;
  /** How many commits the branch has up to this one, itself included, and those that came after it, the newest first. */
  place(): Promise<{ readonly height: number; readonly after: readonly string[] }>;
  /** All files, in git's order. */
  list(): Promise<CommittedFile[]>;
  /** The path on this disk of a file of the commit. */
  pathOf(path: string): string;
}

/**
 * Brings one commit of a branch into an empty folder. Throws FND_BAD_INPUT when the commit is not on the branch, and what
 * {@link cloneBranch} throws.
 */
export async function cloneCommit(remote: Remote, commit: string, folder: string): Promise<CommittedFiles> {
  const git = (...args: string[]): Promise<string> => run(remote, folder, args);
  const { url, branch } = remote;
  try {
    await git('clone', '--quiet', '--no-checkout', '--single-branch', `--branch=${branch}`, url, '.');
  } catch (error) {
    throw unreachable(error, `${url} cannot be cloned`);
  }
  try {
    await git('merge-base', '--is-ancestor', commit, `refs/remotes/origin/${branch}`);
  } catch (cause) {
    throw new FoundryError('FND_BAD_INPUT', `commit ${commit} is not on ${branch} of ${url}`, {
      hint: 'Push it first, or name a commit that is there.',
      cause,
    });
  }
  await git('checkout', '--quiet', '--detach', commit);
  return {
    async lastChange(paths) {
      const [last = '', epoch] = (await git('log', '-1', '--format=%H %ct', 'HEAD', '--', ...paths)).split(
        ' ',
      );
      if (CommitId.safeParse(last).success) return { commit: last, epoch: Number(epoch) };
      throw new FoundryError('FND_BAD_INPUT', `commit ${commit} has no ${paths.join(', ')}`);
    },
    async place() {
      const height = Number(await git('rev-list', '--count', commit));
      const after = await git('rev-list', `${commit}..refs/remotes/origin/${branch}`);
      return { height, after: after.split('\n').filter(Boolean) };
    },
    list: async () => (await git('ls-tree', '-r', '-z', 'HEAD')).split('\0').filter(Boolean).map(fileOf),
    pathOf: (path) => join(folder, path),
  };
}

/** Reads a line of git-ls-tree(1): `<mode> <type> <object>\t<path>`. */
function fileOf(line: string): CommittedFile {
  const [facts = '', path = ''] = line.split('\t', 2);
  return { path, isLink: !facts.startsWith('100') };
}

/** The newest commit of a branch. Throws FND_UNREACHABLE, FND_BAD_INPUT when there is no such branch. */
export async function newestCommit(remote: Remote, folder: string): Promise<string> {
  const commit = await findNewestCommit(remote, folder);
  if (commit !== undefined) return commit;
  throw new FoundryError('FND_BAD_INPUT', `${remote.url} has no branch ${remote.branch}`);
}

/** Like {@link newestCommit}, but undefined when there is no such branch. */
export async function findNewestCommit(remote: Remote, folder: string): Promise<string | undefined> {
  const { url, branch } = remote;
  let answer: string;
  try {
    answer = await run(remote, folder, ['ls-remote', '--heads', url, `refs/heads/${branch}`]);
  } catch (error) {
    throw unreachable(error, `${url} gives no answer`);
  }
  const [commit = ''] = answer.split(/\s/, 1);
  return CommitId.safeParse(commit).success ? commit : undefined;
}

async function push({ url, branch }: Remote, git: (...args: string[]) => Promise<string>): Promise<void> {
  try {
    await git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  } catch (error) {
    if (error instanceof FoundryError && /rejected|fetch first|non-fast-forward/.test(error.message)) {
      throw new FoundryError('FND_BUSY', `${url}: ${branch} has moved while we worked`, {
        hint: 'Run the same command again: it begins with the newest commit.',
        cause: error,
      });
    }
    throw unreachable(error, `${url} does not take our commit`);
  }
}

async function run(remote: Remote, folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await runTool({
    tool: 'git',
    file: 'git',
    args,
    cwd: folder,
    env: environment(remote, folder),
    ...(remote.signal === undefined ? {} : { signal: remote.signal }),
  });
  return stdout;
}

function environment({ url, token }: Remote, folder: string): Record<string, string> {
  const settings: [string, string][] = [['safe.directory', '*']];
  if (token !== undefined) {
    const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
    settings.push([`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${credentials}`]);
  }
  const numbered = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(settings.length),
    ...(Object.fromEntries(numbered) as Record<string, string>),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function unreachable(error: unknown, what: string): unknown {
  if (!(error instanceof FoundryError) || error.code !== 'FND_TOOL_FAILED') return error;
  return new FoundryError('FND_UNREACHABLE', what, {
    hint: 'See whether the repository of the profile is reachable and its token may write.',
    cause: error,
  });
}
