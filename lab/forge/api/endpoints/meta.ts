import type { Answer, ApiRequest, Endpoint } from '../endpoint.ts';
import { ApiError } from '../api-error.ts';
import { representRepository } from '../represent/repository.ts';
import { representUser } from '../represent/user.ts';

/** What a client asks to know whom and what it talks to. */
export const metaEndpoints: readonly Endpoint[] = [
  { operation: 'GET /meta', access: 'public', on: 'every', handle: meta },
  { operation: 'GET /rate_limit', access: 'public', on: 'every', handle: rateLimit },
  { operation: 'GET /user', access: 'read', on: 'every', handle: user },
  { operation: 'GET /repos/{owner}/{repo}', access: 'public', on: 'every', handle: repository },
];

async function meta(): Promise<Answer> {
  return { status: 200, body: { verifiable_password_authentication: false } };
}

async function rateLimit({ rate }: ApiRequest): Promise<Answer> {
  const { limit, remaining, used, reset } = rate;
  const core = { limit, remaining, used, reset };
  return { status: 200, body: { resources: { core, search: core }, rate: core } };
}

async function user({ links, viewer }: ApiRequest): Promise<Answer> {
  if (viewer === undefined) throw new ApiError(401, 'Requires authentication');
  const began = '2025-01-01T00:00:00Z';
  const body = {
    ...representUser(links.origin, viewer.login),
    user_view_type: 'public',
    name: `${viewer.login} (foundry lab)`,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 1,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: began,
    updated_at: began,
  };
  return { status: 200, body };
}

async function repository({ links }: ApiRequest): Promise<Answer> {
  return { status: 200, body: representRepository(links) };
}
