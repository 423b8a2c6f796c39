import { isObjectId } from './objects.ts';
import { announceRefUpdate } from './push-events.ts';
import { git, gitSays } from './run-git.ts';

/** A ref by its full name and the object it points to. */
export interface Ref {
  readonly ref: string;
  readonly sha: string;
  readonly type: string;
}

const NO_OBJECT = '0'.repeat(40);

/** Whether a text is a full ref name that git allows. */
export async function isRefName(repository: string, ref: string): Promise<boolean> {
  return /^refs\/[^/]+\/./.test(ref) && (await gitSays(repository, ['check-ref-format', ref]));
}

/** The refs whose full names start with a prefix, which itself starts with `refs/`, in order of name. */
export async function listRefs(repository: string, prefix: string): Promise<Ref[]> {
  const lines = await git(repository, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [sha = '', type = '', ref = ''] = line.split(' ');
      return { ref, sha, type };
    })
    .filter(({ ref }) => ref.startsWith(prefix));
}

/** The ref of exactly this full name. */
export async function readRef(repository: string, ref: string): Promise<Ref | undefined> {
  return (await listRefs(repository, ref)).find((candidate) => candidate.ref === ref);
}

/** The commit that a branch, a tag, a full ref name or an object name stands for. */
export async function resolveCommit(repository: string, name: string): Promise<string | undefined> {
  const candidates = isObjectId(name)
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name.replace(/^refs\//, '')}`];
  for (const candidate of candidates) {
    if (await gitSays(repository, ['rev-parse', '--verify', '--quiet', `${candidate}^{commit}`])) {
      return (await git(repository, ['rev-parse', '--verify', `${candidate}^{commit}`])).trim();
    }
  }
  return undefined;
}

/** Whether `ancestor` is `commit` or lies in its history. */
export async function isAncestor(repository: string, ancestor: string, commit: string): Promise<boolean> {
  return await gitSays(repository, ['merge-base', '--is-ancestor', ancestor, commit]);
}

/**
 * Moves a ref from `old` (undefined: it must be new) to `sha` and leaves the event a push would leave.
 * False when somebody else moved the ref in between.
 */
export async function moveRef(
  repository: string,
  ref: string,
  sha: string,
  old: string | undefined,
): Promise<boolean> {
  const before = old ?? NO_OBJECT;
  if (!(await gitSays(repository, ['update-ref', '--no-deref', ref, sha, before]))) return false;
  await announceRefUpdate(repository, { ref, old: before, new: sha });
  return true;
}
