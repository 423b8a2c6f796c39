import { findToken, offeredToken, readTokens } from '../tokens.ts';
import { ApiError } from './api-error.ts';
import type { Endpoint, Viewer } from './endpoint.ts';

/** Who asks, by the token in the header; undefined without one. An unknown token is refused with 401. */
export async function authenticate(
  authorization: string | undefined,
  tokensPath: string,
): Promise<Viewer | undefined> {
  if (authorization === undefined) return undefined;
  const offered = offeredToken(authorization);
  const token = offered === undefined ? undefined : findToken(await readTokens(tokensPath), offered);
  if (token === undefined) throw new ApiError(401, 'Bad credentials');
  return { login: token.login, scope: token.scope };
}

/** Refuses with 401 a viewer who must say who he is, and with 403 one whose token allows too little. */
export function demandAccess(endpoint: Endpoint, viewer: Viewer | undefined): void {
  if (endpoint.access === 'public') return;
  if (viewer === undefined) throw new ApiError(401, 'Requires authentication');
  if (endpoint.access === 'write' && viewer.scope !== 'write') {
    throw new ApiError(403, 'Resource not accessible by personal access token');
  }
}
