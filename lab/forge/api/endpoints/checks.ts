import { z } from 'zod';
import { hasObject } from '../../git/objects.ts';
import { resolveCommit } from '../../git/refs.ts';
import { ApiError, invalid } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { paginate } from '../pagination.ts';
import { type Links, nodeId } from '../represent/links.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

const REPO = '/repos/{owner}/{repo}';

/** Check runs on commits. */
export const checkEndpoints: readonly Endpoint[] = [
  { operation: `POST ${REPO}/check-runs`, access: 'write', on: 'lab', handle: create },
  { operation: `GET ${REPO}/commits/{ref}/check-runs`, access: 'public', on: 'lab', handle: list },
];

const CheckBody = z.object({
  name: z.string().min(1),
  head_sha: z.string(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).default('queued'),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string(),
      summary: z.string(),
      text: z.string().optional(),
      annotations: z.array(z.unknown()).default([]),
    })
    .optional(),
});

const Check = CheckBody.extend({ id: z.int(), at: z.iso.datetime() });
const CHECKS: Collection<z.infer<typeof Check>[]> = {
  file: 'checks.json',
  schema: z.array(Check),
  empty: [],
};

async function create({ body, links }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const given = parseBody(CheckBody, body);
  if (!(await hasObject(forge.repository, given.head_sha, 'commit'))) {
    throw new ApiError(422, `No commit found for SHA: ${given.head_sha}`);
  }
  if (given.status === 'completed' && given.conclusion === undefined) {
    throw invalid('conclusion', 'a completed check run needs a conclusion');
  }
  const status = given.conclusion === undefined ? given.status : 'completed';
  const all = await forge.store.update(CHECKS, (checks) => [
    ...checks,
    { ...given, status, id: checks.length + 1, at: forge.now().toISOString() },
  ]);
  return { status: 201, body: all.slice(-1).map((check) => represent(check, links))[0] };
}

async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const sha = await resolveCommit(forge.repository, String(request.parameters['ref']));
  if (sha === undefined) throw new ApiError(404, 'Not Found');
  const name = request.parameters['check_name'];
  const checks = (await forge.store.read(CHECKS)).filter(
    (check) => check.head_sha === sha && (name === undefined || check.name === name),
  );
  const { items, headers } = paginate(checks.toReversed(), request);
  const body = {
    total_count: checks.length,
    check_runs: items.map((check) => represent(check, request.links)),
  };
  return { status: 200, headers, body };
}

function represent(check: z.infer<typeof Check>, links: Links): Record<string, unknown> {
  const url = links.api(`/check-runs/${check.id}`);
  const completed = check.status === 'completed';
  return {
    id: check.id,
    node_id: nodeId('CheckRun', check.id),
    head_sha: check.head_sha,
    name: check.name,
    url,
    html_url: links.html(`/runs/${check.id}`),
    details_url: check.details_url ?? null,
    external_id: check.external_id ?? null,
    status: check.status,
    conclusion: check.conclusion ?? null,
    started_at: check.started_at ?? check.at,
    completed_at: completed ? (check.completed_at ?? check.at) : null,
    output: {
      title: check.output?.title ?? null,
      summary: check.output?.summary ?? null,
      text: check.output?.text ?? null,
      annotations_count: check.output?.annotations.length ?? 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: null,
    app: null,
    pull_requests: [],
  };
}
