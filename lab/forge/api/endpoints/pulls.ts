import { z } from 'zod';
import { compare } from '../../git/compare.ts';
import { isAncestor, readRef } from '../../git/refs.ts';
import { LAB_REPOSITORY } from '../../forge-paths.ts';
import { ApiError, invalid, notFound } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { nextNumber } from '../numbers.ts';
import { paginate } from '../pagination.ts';
import { type PullState, representPull } from '../represent/pull.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

const PULLS_PATH = '/repos/{owner}/{repo}/pulls';

/** Pull requests within the repository. One counts as merged once its base holds its head: a person merges by git. */
export const pullEndpoints: readonly Endpoint[] = [
  { operation: `POST ${PULLS_PATH}`, access: 'write', on: 'lab', handle: create },
  { operation: `GET ${PULLS_PATH}`, access: 'public', on: 'lab', handle: list },
  { operation: `GET ${PULLS_PATH}/{pull_number}`, access: 'public', on: 'lab', handle: get },
  { operation: `PATCH ${PULLS_PATH}/{pull_number}`, access: 'write', on: 'lab', handle: update },
];

const PullBody = z.object({
  title: z.string().min(1),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});

const PullChange = z.object({
  title: z.string().min(1).optional(),
  body: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
});

const Pull = PullBody.extend({
  number: z.int(),
  user: z.string(),
  headSha: z.string(),
  baseSha: z.string(),
  at: z.iso.datetime(),
  /** When somebody closed it without merging it. */
  closedAt: z.iso.datetime().nullable().default(null),
});
type Pull = Readonly<z.infer<typeof Pull>>;
const PULLS: Collection<Pull[]> = { file: 'pulls.json', schema: z.array(Pull), empty: [] };

async function create(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const given = parseBody(PullBody, request.body);
  const head = given.head.replace(`${LAB_REPOSITORY.owner}:`, '');
  const headSha = await branchCommit(forge, 'head', head);
  const baseSha = await branchCommit(forge, 'base', given.base);
  if (await isAncestor(forge.repository, headSha, baseSha)) {
    throw new ApiError(422, `Validation Failed: no commits between ${given.base} and ${head}`);
  }
  await demandNoOpenPull(forge, head, given.base);
  const pull: Pull = {
    ...given,
    head,
    headSha,
    baseSha,
    number: await nextNumber(forge.store),
    user: request.viewer?.login ?? 'nobody',
    at: forge.now().toISOString(),
    closedAt: null,
  };
  await forge.store.update(PULLS, (pulls) => [...pulls, pull]);
  return { status: 201, body: await represent(pull, request, forge) };
}

async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { state = 'open', head, base } = request.parameters;
  const matching: [Pull, PullState][] = [];
  for (const pull of (await forge.store.read(PULLS)).toReversed()) {
    const current = await stateOf(pull, forge);
    const wanted =
      (state === 'all' || (state === 'closed') === isClosed(pull, current)) &&
      (head === undefined || head === `${LAB_REPOSITORY.owner}:${pull.head}`) &&
      (base === undefined || base === pull.base);
    if (wanted) matching.push([pull, current]);
  }
  const { items, headers } = paginate(matching, request);
  const body = items.map(([pull, current]) => representPull(pull, current, request.links));
  return { status: 200, headers, body };
}

async function get(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  return { status: 200, body: await represent(await pullOf(request, forge), request, forge) };
}

async function update(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { number, closedAt } = await pullOf(request, forge);
  const { title, body, state } = parseBody(PullChange, request.body);
  const closed = { open: null, closed: closedAt ?? forge.now().toISOString() };
  const change = {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(state === undefined ? {} : { closedAt: closed[state] }),
  };
  await forge.store.update(PULLS, (pulls) =>
    pulls.map((pull) => (pull.number === number ? { ...pull, ...change } : pull)),
  );
  return await get(request, forge);
}

async function pullOf({ parameters }: ApiRequest, forge: ForgeContext): Promise<Pull> {
  const pulls = await forge.store.read(PULLS);
  const pull = pulls.find(({ number }) => number === parameters['pull_number']);
  if (pull === undefined) throw notFound();
  return pull;
}

function isClosed({ closedAt }: Pull, { merged }: PullState): boolean {
  return merged || closedAt !== null;
}

async function represent(
  pull: Pull,
  request: ApiRequest,
  forge: ForgeContext,
): Promise<Record<string, unknown>> {
  const current = await stateOf(pull, forge);
  const { commits, changedFiles, additions, deletions } = await compare(
    forge.repository,
    pull.baseSha,
    current.headSha,
  );
  return {
    ...representPull(pull, current, request.links),
    commits,
    changed_files: changedFiles,
    additions,
    deletions,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    mergeable: isClosed(pull, current) ? null : true,
    mergeable_state: isClosed(pull, current) ? 'unknown' : 'clean',
    merged: current.merged,
    merged_by: null,
  };
}

async function stateOf(pull: Pull, forge: ForgeContext): Promise<PullState> {
  const head = await readRef(forge.repository, `refs/heads/${pull.head}`);
  const base = await readRef(forge.repository, `refs/heads/${pull.base}`);
  const headSha = head?.sha ?? pull.headSha;
  const baseSha = base?.sha ?? pull.baseSha;
  return { headSha, baseSha, merged: await isAncestor(forge.repository, headSha, baseSha) };
}

async function branchCommit(forge: ForgeContext, field: string, branch: string): Promise<string> {
  const ref = await readRef(forge.repository, `refs/heads/${branch}`);
  if (ref === undefined) throw invalid(field, `there is no branch ${branch}`);
  return ref.sha;
}

async function demandNoOpenPull(forge: ForgeContext, head: string, base: string): Promise<void> {
  for (const pull of await forge.store.read(PULLS)) {
    if (pull.head !== head || pull.base !== base) continue;
    if (isClosed(pull, await stateOf(pull, forge))) continue;
    throw new ApiError(
      422,
      `Validation Failed: a pull request already exists for ${LAB_REPOSITORY.owner}:${head}.`,
    );
  }
}
