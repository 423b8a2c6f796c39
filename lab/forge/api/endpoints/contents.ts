import { z } from 'zod';
import {
  listTree,
  readBlob,
  readCommit,
  type TreeEntry,
  writeBlob,
  writeCommit,
  writeTree,
} from '../../git/objects.ts';
import { moveRef, readRef, resolveCommit } from '../../git/refs.ts';
import { LAB_REPOSITORY } from '../../forge-paths.ts';
import { ApiError, invalid, notFound } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { representGitCommit } from '../represent/commit.ts';
import type { Links } from '../represent/links.ts';
import { isTreePath, parseBody, signatureOf, SignatureBody } from './git-input.ts';

const CONTENTS = '/repos/{owner}/{repo}/contents/{path}';

/** Files and folders by path. */
export const contentEndpoints: readonly Endpoint[] = [
  { operation: `GET ${CONTENTS}`, access: 'public', on: 'lab', handle: getContent },
  { operation: `PUT ${CONTENTS}`, access: 'write', on: 'lab', handle: putContent },
];

async function getContent({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const ref = String(parameters['ref'] ?? LAB_REPOSITORY.defaultBranch);
  const commit = await resolveCommit(forge.repository, ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const path = String(parameters['path'] ?? '').replace(/\/$/, '');
  if (path === '') return await folder(commit, '', ref, links, forge);
  const entry = await entryAt(forge.repository, commit, path);
  if (entry === undefined) throw notFound();
  if (entry.type !== 'blob') return await folder(entry.sha, `${path}/`, ref, links, forge);
  const bytes = await readBlob(forge.repository, entry.sha);
  const body = {
    ...represent(entry, path, ref, links),
    encoding: 'base64',
    content: Buffer.from(bytes).toString('base64'),
  };
  return { status: 200, body };
}

async function folder(
  treeish: string,
  prefix: string,
  ref: string,
  links: Links,
  forge: ForgeContext,
): Promise<Answer> {
  const entries = await listTree(forge.repository, treeish);
  return {
    status: 200,
    body: entries.map((entry) => represent(entry, `${prefix}${entry.path}`, ref, links)),
  };
}

const PutBody = z.object({
  message: z.string().min(1),
  content: z
    .string()
    .transform((text) => text.replaceAll(/\s/g, ''))
    .pipe(z.base64()),
  sha: z.string().optional(),
  branch: z.string().default(LAB_REPOSITORY.defaultBranch),
  author: SignatureBody.optional(),
  committer: SignatureBody.optional(),
});

async function putContent(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { links, viewer } = request;
  const given = parseBody(PutBody, request.body);
  const path = String(request.parameters['path']);
  if (!isTreePath(path)) throw invalid('path', `${path} is not a path within a tree`);
  const branch = await readRef(forge.repository, `refs/heads/${given.branch}`);
  if (branch === undefined) throw new ApiError(404, `Branch ${given.branch} not found`);
  const existing = await entryAt(forge.repository, branch.sha, path);
  demandKnownVersion(path, existing, given.sha);

  const blob = await writeBlob(forge.repository, Buffer.from(given.content, 'base64'));
  const change = { path, mode: existing?.mode ?? '100644', sha: blob };
  const tree = await writeTree(forge.repository, branch.sha, [change]);
  const committer = signatureOf(given.committer, viewer, forge.now());
  const author = given.author === undefined ? committer : signatureOf(given.author, viewer, forge.now());
  const parents = [branch.sha];
  const sha = await writeCommit(forge.repository, {
    tree,
    parents,
    author,
    committer,
    message: given.message,
  });
  if (!(await moveRef(forge.repository, branch.ref, sha, branch.sha))) {
    throw new ApiError(409, `${given.branch} was moved by somebody else`);
  }
  const entry = await entryAt(forge.repository, sha, path);
  if (entry === undefined) throw new Error(`${path} is missing from the commit just made`);
  const body = {
    content: represent(entry, path, given.branch, links),
    commit: representGitCommit(await readCommit(forge.repository, sha), links),
  };
  return { status: existing === undefined ? 201 : 200, body };
}

/** An update must name the version it replaces, so that nobody overwrites what he has not seen. */
function demandKnownVersion(path: string, existing: TreeEntry | undefined, sha: string | undefined): void {
  if (existing === undefined) {
    if (sha !== undefined) throw new ApiError(409, `${path} does not exist but a sha was given`);
    return;
  }
  if (existing.type !== 'blob') throw invalid('path', `${path} is a folder`);
  if (sha === undefined) throw new ApiError(422, 'Invalid request. "sha" was not supplied.');
  if (sha !== existing.sha) throw new ApiError(409, `${path} does not match ${sha}`);
}

async function entryAt(repository: string, treeish: string, path: string): Promise<TreeEntry | undefined> {
  if (!isTreePath(path)) return undefined;
  return (await listTree(repository, treeish, { path })).find((entry) => entry.path === path);
}

function represent(entry: TreeEntry, path: string, ref: string, links: Links): Record<string, unknown> {
  const isFile = entry.type === 'blob';
  const url = `${links.api(`/contents/${path.split('/').map(encodeURIComponent).join('/')}`)}?ref=${encodeURIComponent(ref)}`;
  const git = links.api(`/git/${entry.type}s/${entry.sha}`);
  const html = links.html(`/${entry.type}/${encodeURIComponent(ref)}/${encodeURIComponent(path)}`);
  return {
    type: isFile ? 'file' : 'dir',
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url: isFile ? links.html(`/raw/${encodeURIComponent(ref)}/${encodeURIComponent(path)}`) : null,
    _links: { self: url, git, html },
  };
}
