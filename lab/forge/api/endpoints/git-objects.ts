import { z } from 'zod';
import {
  type CommitObject,
  hasObject,
  listTree,
  readBlob,
  readCommit,
  type Signature,
  writeBlob,
  writeCommit,
  writeTree,
} from '../../git/objects.ts';
import { resolveCommit } from '../../git/refs.ts';
import { invalid, notFound } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { representGitCommit } from '../represent/commit.ts';
import { type Links, nodeId } from '../represent/links.ts';
import { isTreePath, parseBody, signatureOf, SignatureBody } from './git-input.ts';

const GIT = '/repos/{owner}/{repo}/git';

/** Blobs, trees and commits of the repository, as git has them. */
export const gitObjectEndpoints: readonly Endpoint[] = [
  { operation: `POST ${GIT}/blobs`, access: 'write', on: 'lab', handle: createBlob },
  { operation: `GET ${GIT}/blobs/{file_sha}`, access: 'public', on: 'lab', handle: getBlob },
  { operation: `POST ${GIT}/trees`, access: 'write', on: 'lab', handle: createTree },
  { operation: `GET ${GIT}/trees/{tree_sha}`, access: 'public', on: 'lab', handle: getTree },
  { operation: `POST ${GIT}/commits`, access: 'write', on: 'lab', handle: createCommit },
  { operation: `GET ${GIT}/commits/{commit_sha}`, access: 'public', on: 'lab', handle: getCommit },
];

const BlobBody = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });

async function createBlob({ body, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { content, encoding } = parseBody(BlobBody, body);
  const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  const sha = await writeBlob(forge.repository, bytes);
  return { status: 201, body: { sha, url: links.api(`/git/blobs/${sha}`) } };
}

async function getBlob({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const sha = String(parameters['file_sha']);
  if (!(await hasObject(forge.repository, sha, 'blob'))) throw notFound();
  const bytes = await readBlob(forge.repository, sha);
  const body = {
    sha,
    node_id: nodeId('Blob', sha),
    url: links.api(`/git/blobs/${sha}`),
    size: bytes.length,
    content: Buffer.from(bytes).toString('base64'),
    encoding: 'base64',
  };
  return { status: 200, body };
}

const TreeBody = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755', '040000', '120000']),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});

async function createTree({ body, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { base_tree: base, tree } = parseBody(TreeBody, body);
  if (base !== undefined && !(await hasObject(forge.repository, base, 'tree'))) {
    throw invalid('base_tree', `${base} is not a tree of this repository`);
  }
  const changes = [];
  for (const { path, mode, sha, content } of tree) {
    if (!isTreePath(path)) throw invalid('tree.path', `${path} is not a path within a tree`);
    changes.push({ path, mode, sha: await entryObject(forge.repository, mode, sha, content) });
  }
  const sha = await writeTree(forge.repository, base, changes);
  return { status: 201, body: await representTree(sha, false, links, forge) };
}

async function entryObject(
  repository: string,
  mode: string,
  sha: string | null | undefined,
  content: string | undefined,
): Promise<string | null> {
  if (sha === null) return null;
  if (sha === undefined) {
    if (content === undefined) throw invalid('tree.sha', 'an entry needs a sha or a content');
    return await writeBlob(repository, Buffer.from(content));
  }
  if (!(await hasObject(repository, sha, mode === '040000' ? 'tree' : 'blob'))) {
    throw invalid('tree.sha', `${sha} is not an object of this repository for mode ${mode}`);
  }
  return sha;
}

async function getTree({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const name = String(parameters['tree_sha']);
  const isTree = await hasObject(forge.repository, name, 'tree');
  const treeish = isTree ? name : await resolveCommit(forge.repository, name);
  if (treeish === undefined) throw notFound();
  const recursive = parameters['recursive'] !== undefined;
  return { status: 200, body: await representTree(treeish, recursive, links, forge) };
}

const CommitBody = z.object({
  message: z.string().min(1),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: SignatureBody.optional(),
  committer: SignatureBody.partial().optional(),
});

async function createCommit(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { message, tree, parents, author, committer } = parseBody(CommitBody, request.body);
  if (!(await hasObject(forge.repository, tree, 'tree'))) {
    throw invalid('tree', `${tree} is not a tree of this repository`);
  }
  for (const parent of parents) {
    if (!(await hasObject(forge.repository, parent, 'commit'))) {
      throw invalid('parents', `${parent} is not a commit of this repository`);
    }
  }
  const writtenBy = signatureOf(author, request.viewer, forge.now());
  const committedBy: Signature = { ...writtenBy, ...definedSignature(committer) };
  const commit = { message, tree, parents, author: writtenBy, committer: committedBy };
  const sha = await writeCommit(forge.repository, commit);
  return { status: 201, body: representGitCommit(await readCommit(forge.repository, sha), request.links) };
}

async function getCommit({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const sha = String(parameters['commit_sha']);
  if (!(await hasObject(forge.repository, sha, 'commit'))) throw notFound();
  const commit: CommitObject = await readCommit(forge.repository, sha);
  return { status: 200, body: representGitCommit(commit, links) };
}

async function representTree(
  treeish: string,
  recursive: boolean,
  links: Links,
  forge: ForgeContext,
): Promise<Record<string, unknown>> {
  const entries = await listTree(forge.repository, treeish, { recursive });
  return {
    sha: treeish,
    url: links.api(`/git/trees/${treeish}`),
    truncated: false,
    tree: entries.map(({ path, mode, type, sha, size }) => ({
      path,
      mode,
      type,
      sha,
      ...(size === undefined ? {} : { size }),
      url: links.api(`/git/${type}s/${sha}`),
    })),
  };
}

function definedSignature(given: z.infer<typeof CommitBody>['committer']): Partial<Signature> {
  return {
    ...(given?.name === undefined ? {} : { name: given.name }),
    ...(given?.email === undefined ? {} : { email: given.email }),
    ...(given?.date === undefined ? {} : { date: new Date(given.date) }),
  };
}
