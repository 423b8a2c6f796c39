import { z } from 'zod';
import { hasObject, isObjectId, readCommit } from '../../git/objects.ts';
import { isAncestor, isRefName, listRefs, moveRef, readRef, type Ref } from '../../git/refs.ts';
import { ApiError, invalid, notFound } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { paginate } from '../pagination.ts';
import { representCommit } from '../represent/commit.ts';
import { type Links, nodeId } from '../represent/links.ts';
import { parseBody } from './git-input.ts';

const REPO = '/repos/{owner}/{repo}';

/** Refs and branches. A ref moves only forward, and only from where the lab saw it. */
export const gitRefEndpoints: readonly Endpoint[] = [
  { operation: `GET ${REPO}/git/ref/{ref}`, access: 'public', on: 'lab', handle: getRef },
  { operation: `GET ${REPO}/git/matching-refs/{ref}`, access: 'public', on: 'lab', handle: matchingRefs },
  { operation: `POST ${REPO}/git/refs`, access: 'write', on: 'lab', handle: createRef },
  { operation: `PATCH ${REPO}/git/refs/{ref}`, access: 'write', on: 'lab', handle: updateRef },
  { operation: `GET ${REPO}/branches/{branch}`, access: 'public', on: 'lab', handle: getBranch },
];

async function getRef({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const ref = await readRef(forge.repository, `refs/${String(parameters['ref'])}`);
  if (ref === undefined) throw notFound();
  return { status: 200, body: represent(ref, links) };
}

async function matchingRefs(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const refs = await listRefs(forge.repository, `refs/${String(request.parameters['ref'])}`);
  const { items, headers } = paginate(refs, request);
  return { status: 200, headers, body: items.map((ref) => represent(ref, request.links)) };
}

const CreateBody = z.object({ ref: z.string(), sha: z.string() });

async function createRef({ body, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { ref, sha } = parseBody(CreateBody, body);
  if (!(await isRefName(forge.repository, ref))) throw invalid('ref', `${ref} is not a full ref name`);
  await demandCommit(forge.repository, sha);
  if ((await readRef(forge.repository, ref)) !== undefined)
    throw new ApiError(422, 'Reference already exists');
  if (!(await moveRef(forge.repository, ref, sha, undefined))) {
    throw new ApiError(409, 'Reference could not be created: another one is in its way');
  }
  return { status: 201, body: represent({ ref, sha, type: 'commit' }, links) };
}

const UpdateBody = z.object({ sha: z.string(), force: z.boolean().default(false) });

async function updateRef({ parameters, body, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { sha, force } = parseBody(UpdateBody, body);
  const current = await readRef(forge.repository, `refs/${String(parameters['ref'])}`);
  if (current === undefined) throw new ApiError(422, 'Reference does not exist');
  await demandCommit(forge.repository, sha);
  if (!(await isAncestor(forge.repository, current.sha, sha))) {
    throw new ApiError(422, force ? 'Cannot force-push to a ref of the lab' : 'Update is not a fast forward');
  }
  if (!(await moveRef(forge.repository, current.ref, sha, current.sha))) {
    throw new ApiError(409, 'Reference was moved by somebody else');
  }
  return { status: 200, body: represent({ ...current, sha }, links) };
}

async function getBranch({ parameters, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const name = String(parameters['branch']);
  const ref = await readRef(forge.repository, `refs/heads/${name}`);
  if (ref === undefined) throw new ApiError(404, 'Branch not found');
  const self = links.api(`/branches/${encodeURIComponent(name)}`);
  const body = {
    name,
    commit: representCommit(await readCommit(forge.repository, ref.sha), links),
    _links: { self, html: links.html(`/tree/${encodeURIComponent(name)}`) },
    protected: false,
    protection: { enabled: false },
    protection_url: `${self}/protection`,
  };
  return { status: 200, body };
}

async function demandCommit(repository: string, sha: string): Promise<void> {
  if (!isObjectId(sha)) throw invalid('sha', 'the sha must be the full name of a commit');
  if (!(await hasObject(repository, sha, 'commit'))) throw new ApiError(422, 'Object does not exist');
}

function represent({ ref, sha, type }: Ref, links: Links): Record<string, unknown> {
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: links.api(`/git/${ref}`),
    object: { type, sha, url: links.api(`/git/${type}s/${sha}`) },
  };
}
