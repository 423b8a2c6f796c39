import { z } from 'zod';
import { hasObject } from '../../git/objects.ts';
import { resolveCommit } from '../../git/refs.ts';
import { ApiError } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { paginate } from '../pagination.ts';
import { type Links, nodeId } from '../represent/links.ts';
import { representUser } from '../represent/user.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

const REPO = '/repos/{owner}/{repo}';

/** States of commits, by context; the newest of a context counts. */
export const statusEndpoints: readonly Endpoint[] = [
  { operation: `POST ${REPO}/statuses/{sha}`, access: 'write', on: 'lab', handle: create },
  { operation: `GET ${REPO}/commits/{ref}/statuses`, access: 'public', on: 'lab', handle: list },
];

const StatusBody = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().nullish(),
  description: z.string().max(140, 'is longer than 140 characters').nullish(),
  context: z.string().min(1).default('default'),
});

const Status = StatusBody.extend({ id: z.int(), sha: z.string(), creator: z.string(), at: z.iso.datetime() });
const STATUSES: Collection<z.infer<typeof Status>[]> = {
  file: 'statuses.json',
  schema: z.array(Status),
  empty: [],
};

async function create(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const sha = String(request.parameters['sha']);
  if (!(await hasObject(forge.repository, sha, 'commit'))) {
    throw new ApiError(422, `No commit found for SHA: ${sha}`);
  }
  const given = parseBody(StatusBody, request.body);
  const creator = request.viewer?.login ?? 'nobody';
  const all = await forge.store.update(STATUSES, (statuses) => [
    ...statuses,
    { ...given, id: statuses.length + 1, sha, creator, at: forge.now().toISOString() },
  ]);
  return { status: 201, body: all.slice(-1).map((status) => represent(status, request.links))[0] };
}

async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const sha = await resolveCommit(forge.repository, String(request.parameters['ref']));
  if (sha === undefined) throw new ApiError(404, 'Not Found');
  const ofCommit = (await forge.store.read(STATUSES)).filter((status) => status.sha === sha);
  const { items, headers } = paginate(ofCommit.toReversed(), request);
  return { status: 200, headers, body: items.map((status) => represent(status, request.links)) };
}

function represent(status: z.infer<typeof Status>, links: Links): Record<string, unknown> {
  return {
    id: status.id,
    node_id: nodeId('Status', status.id),
    url: links.api(`/statuses/${status.sha}`),
    avatar_url: null,
    state: status.state,
    description: status.description ?? null,
    target_url: status.target_url ?? null,
    context: status.context,
    creator: representUser(links.origin, status.creator),
    created_at: status.at,
    updated_at: status.at,
  };
}
