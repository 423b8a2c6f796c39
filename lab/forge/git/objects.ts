import { join } from 'node:path';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { git, gitBytes, gitSays } from './run-git.ts';

/** One entry of a tree; `size` only for blobs. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number | undefined;
}

/** A change to a tree: the object to put at a path, or null to take the path away. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

/** Who did something to a commit, and when (UTC). */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: Date;
}

export interface CommitObject {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const NO_OBJECT = '0'.repeat(40);
const TREE_MODE = '040000';

/** Whether a text is the full name of an object. Only such names are ever passed to git. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Whether the repository holds an object of this kind under this name. */
export async function hasObject(repository: string, sha: string, type: TreeEntry['type']): Promise<boolean> {
  return isObjectId(sha) && (await gitSays(repository, ['cat-file', '-e', `${sha}^{${type}}`]));
}

/** Stores bytes as a blob and returns its name. */
export async function writeBlob(repository: string, bytes: Uint8Array): Promise<string> {
  return (await git(repository, ['hash-object', '-w', '--stdin'], { input: bytes })).trim();
}

/** The bytes of a blob. */
export async function readBlob(repository: string, sha: string): Promise<Uint8Array> {
  return await gitBytes(repository, ['cat-file', 'blob', sha]);
}

/** The entries of a tree or commit, or only what is at `path`; with `recursive` those of all folders below. */
export async function listTree(
  repository: string,
  treeish: string,
  options: { readonly path?: string; readonly recursive?: boolean } = {},
): Promise<TreeEntry[]> {
  const listing = await git(
    repository,
    [
      'ls-tree',
      '-z',
      '--long',
      '--full-tree',
      ...(options.recursive === true ? ['-r', '-t'] : []),
      treeish,
      ...(options.path === undefined ? [] : ['--', options.path]),
    ],
    { env: { GIT_LITERAL_PATHSPECS: '1' } },
  );
  return listing.split('\0').filter(Boolean).map(parseTreeEntry);
}

/** Stores a tree made of `base` (a tree or commit, or nothing) with the changes applied; returns its name. */
export async function writeTree(
  repository: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  return await withTemporaryDirectory(async (folder) => {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    if (base !== undefined) await git(repository, ['read-tree', base], { env });
    const lines = changes
      .filter(({ mode, sha }) => mode !== TREE_MODE || sha === null)
      .map(({ path, mode, sha }) =>
        sha === null ? `0 ${NO_OBJECT}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      );
    await git(repository, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    for (const { path, mode, sha } of changes) {
      if (mode === TREE_MODE && sha !== null) {
        await git(repository, ['read-tree', `--prefix=${path}/`, sha], { env });
      }
    }
    return (await git(repository, ['write-tree'], { env })).trim();
  });
}

/** Stores a commit and returns its name. */
export async function writeCommit(repository: string, commit: Omit<CommitObject, 'sha'>): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const sha = await git(repository, ['commit-tree', commit.tree, ...parents, '-F', '-'], {
    input: commit.message,
    env: { ...identity('AUTHOR', commit.author), ...identity('COMMITTER', commit.committer) },
  });
  return sha.trim();
}

/** Reads a commit. */
export async function readCommit(repository: string, sha: string): Promise<CommitObject> {
  const text = await git(repository, ['cat-file', 'commit', sha]);
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  return {
    sha,
    tree: valuesOf(headers, 'tree')[0] ?? '',
    parents: valuesOf(headers, 'parent'),
    author: parseSignature(valuesOf(headers, 'author')[0] ?? ''),
    committer: parseSignature(valuesOf(headers, 'committer')[0] ?? ''),
    message: text.slice(end + 2),
  };
}

function identity(role: 'AUTHOR' | 'COMMITTER', signature: Signature): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: signature.name,
    [`GIT_${role}_EMAIL`]: signature.email,
    [`GIT_${role}_DATE`]: `@${Math.floor(signature.date.getTime() / 1000)} +0000`,
  };
}

function valuesOf(headers: readonly string[], key: string): string[] {
  return headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
}

function parseSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000) };
}

function parseTreeEntry(line: string): TreeEntry {
  const [head = '', path = ''] = line.split('\t');
  const [mode = '', type = '', sha = '', size = '-'] = head.split(/ +/);
  return { path, mode, type: type as TreeEntry['type'], sha, size: size === '-' ? undefined : Number(size) };
}
