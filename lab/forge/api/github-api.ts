import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { messageOf } from '../../../domain/errors.ts';
import { LAB_REPOSITORY } from '../forge-paths.ts';
import { ApiError, notFound } from './api-error.ts';
import { authenticate, demandAccess } from './access.ts';
import type { Answer, Endpoint, ForgeContext, Viewer } from './endpoint.ts';
import type { Contract } from './openapi/contract.ts';
import { createRateLimiter, type RateLimiter, type RateState, rateHeaders } from './rate-limit.ts';
import { linksOf } from './represent/links.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { UPSTREAM_REPOSITORY } from '../upstream-repository.ts';

/** What the API is made of. */
export interface ApiParts extends ForgeContext {
  readonly contract: Contract;
  readonly endpoints: readonly Endpoint[];
  readonly tokensPath: string;
  /** Told of every answer of ours that breaks GitHub's description. */
  readonly onDefect: (message: string) => void;
}

const BASE_PATH = '/api/v3';
const MAX_REPORTED_VIOLATIONS = 20;

/** Parameters at the end of a path that may themselves hold slashes. */
const MULTI_SEGMENT = /\{(path|ref|branch|tag)\}$/;

/**
 * GitHub's REST API for the lab, below `/api/v3`: authentication, rate limits, then GitHub's description on the way in,
 * the endpoint, and GitHub's description on the way out. An answer of ours that breaks it becomes a 500.
 */
export function createGithubApi(parts: ApiParts): Hono {
  const limiter = createRateLimiter(parts.now);
  const app = new Hono({ strict: false }).basePath(BASE_PATH);
  for (const endpoint of parts.endpoints) {
    const [method = '', template = ''] = endpoint.operation.split(' ');
    app.on(method, routesOf(template), async (context) => {
      return await answerRequest(context.req.raw, context.req.param(), endpoint, parts, limiter);
    });
  }
  app.all('*', async (context) => {
    return await answerRequest(context.req.raw, {}, undefined, parts, limiter);
  });
  return app;
}

/** The router's form of a path; a last parameter that may hold slashes may also be empty. */
function routesOf(template: string): string[] {
  const withSlashes = template.replace(MULTI_SEGMENT, ':$1{.+}');
  const withoutLast = template.replace(MULTI_SEGMENT, '').replace(/\/$/, '');
  return [...new Set([withSlashes, withoutLast])].map((path) => path.replaceAll(/\/\{(\w+)\}/g, '/:$1'));
}

async function answerRequest(
  raw: Request,
  path: Readonly<Record<string, string>>,
  endpoint: Endpoint | undefined,
  parts: ApiParts,
  limiter: RateLimiter,
): Promise<Response> {
  const settings = await parts.store.read(SETTINGS);
  const url = new URL(raw.url);
  let rate: RateState = limiter.look('nobody', settings.anonymousLimit, settings.windowSeconds);
  try {
    const viewer = await authenticate(raw.headers.get('authorization') ?? undefined, parts.tokensPath);
    const caller = viewer?.login ?? 'nobody';
    const limit = viewer === undefined ? settings.anonymousLimit : settings.limit;
    rate =
      endpoint?.operation === 'GET /rate_limit'
        ? limiter.look(caller, limit, settings.windowSeconds)
        : demandQuota(limiter.take(caller, limit, settings.windowSeconds), caller);
    await demandCalm(raw.method, settings, parts);
    if (endpoint === undefined) throw notFound();
    demandRepository(path, endpoint);
    demandAccess(endpoint, viewer);
    const answer = await askEndpoint(raw, url, path, endpoint, viewer, rate, parts);
    const etag = answer.status === 200 ? etagOf(answer.body) : undefined;
    if (etag !== undefined && raw.method === 'GET' && raw.headers.get('if-none-match') === etag) {
      rate = limiter.refund(caller, limit, settings.windowSeconds);
      return new Response(null, { status: 304, headers: { ...rateHeaders(rate), etag } });
    }
    return respond(answer, { ...rateHeaders(rate), ...(etag === undefined ? {} : { etag }) });
  } catch (error) {
    return respondWithError(error, url, rate, parts, endpoint);
  }
}

async function askEndpoint(
  raw: Request,
  url: URL,
  path: Readonly<Record<string, string>>,
  endpoint: Endpoint,
  viewer: Viewer | undefined,
  rate: RateState,
  parts: ApiParts,
): Promise<Answer> {
  const query = Object.fromEntries(url.searchParams);
  const body = raw.method === 'GET' ? undefined : await readJson(raw);
  const { parameters, violations } = parts.contract.checkRequest(
    endpoint.operation,
    { ...query, ...emptyLastParameter(endpoint.operation), ...path },
    body,
  );
  if (violations.length > 0) {
    throw new ApiError(422, 'Invalid request: it does not match the description of the API.', {
      errors: violations
        .slice(0, MAX_REPORTED_VIOLATIONS)
        .map((violation) => ({ ...violation, code: 'invalid' as const })),
    });
  }
  const { owner = LAB_REPOSITORY.owner, repo = LAB_REPOSITORY.name } = path;
  const links = linksOf(url.origin, owner, repo);
  const answer = await endpoint.handle({ parameters, body, viewer, rate, links, url }, parts);
  const broken = parts.contract.checkAnswer(endpoint.operation, answer.status, answer.body);
  if (broken.length === 0) return answer;
  throw new Error(
    `the answer ${answer.status} breaks GitHub's description: ${broken
      .slice(0, MAX_REPORTED_VIOLATIONS)
      .map(({ field, message }) => `${field} ${message}`)
      .join('; ')}`,
  );
}

function emptyLastParameter(operation: string): Record<string, string> {
  const name = MULTI_SEGMENT.exec(operation)?.[1];
  return name === undefined ? {} : { [name]: '' };
}

async function readJson(raw: Request): Promise<unknown> {
  const text = await raw.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}

function demandRepository({ owner, repo }: Readonly<Record<string, string>>, endpoint: Endpoint): void {
  if (owner === undefined || repo === undefined) return;
  const known = endpoint.on === 'lab' ? [LAB_REPOSITORY] : [LAB_REPOSITORY, UPSTREAM_REPOSITORY];
  if (!known.some((repository) => repository.owner === owner && repository.name === repo)) throw notFound();
}

function demandQuota(taken: RateState & { allowed: boolean }, caller: string): RateState {
  if (taken.allowed) return taken;
  throw new ApiError(403, `API rate limit exceeded for ${caller}.`, { headers: rateHeaders(taken) });
}

/** Plays the secondary limits that the settings ask for: one for each write, in order. */
async function demandCalm(method: string, { secondary }: Settings, { store }: ApiParts): Promise<void> {
  const [next] = secondary;
  if (next === undefined || method === 'GET') return;
  await store.update(SETTINGS, (settings) => ({ ...settings, secondary: settings.secondary.slice(1) }));
  throw new ApiError(
    next.status,
    'You have exceeded a secondary rate limit. Please wait before you try again.',
    {
      headers: { 'retry-after': String(next.retryAfterSeconds) },
    },
  );
}

function respondWithError(
  error: unknown,
  url: URL,
  rate: RateState,
  parts: ApiParts,
  endpoint: Endpoint | undefined,
): Response {
  const refusal =
    error instanceof ApiError ? error : new ApiError(500, `The lab failed: ${messageOf(error)}`);
  if (refusal !== error) parts.onDefect(`${endpoint?.operation ?? url.pathname}: ${messageOf(error)}`);
  const body = {
    message: refusal.message,
    documentation_url: `${url.origin}/`,
    status: String(refusal.status),
    ...(refusal.errors.length === 0 ? {} : { errors: refusal.errors }),
  };
  const answer = { status: refusal.status, body, headers: refusal.headers };
  const broken = parts.contract.checkAnswer(endpoint?.operation ?? 'GET /meta', answer.status, answer.body);
  for (const { field, message } of broken)
    parts.onDefect(`the refusal ${answer.status}: ${field} ${message}`);
  return respond(answer, rateHeaders(rate));
}

function respond(answer: Answer, headers: Readonly<Record<string, string>>): Response {
  const all = { ...headers, ...answer.headers, 'x-github-media-type': 'github.v3; format=json' };
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers: all });
  return Response.json(answer.body, { status: answer.status, headers: all });
}

function etagOf(body: unknown): string {
  return `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex')}"`;
}
