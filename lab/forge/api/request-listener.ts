import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { FileDigests } from '../../server/file-digests.ts';
import type { WorldClock } from '../../server/world-clock.ts';
import type { ForgePaths } from '../forge-paths.ts';
import { ALL_ENDPOINTS } from './endpoints/all.ts';
import { createGithubApi } from './github-api.ts';
import { loadContract } from './openapi/contract.ts';
import { openStore } from './store.ts';
import { openWorldReleases } from './world-releases.ts';

/** Answers one request below `/api/v3`. */
export type ApiListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Puts the API together for Node's HTTP server. Reads GitHub's description, which takes a good part of a second. */
export async function createApiListener(options: {
  readonly forge: ForgePaths;
  readonly clock: WorldClock;
  readonly digests: FileDigests;
  readonly onDefect: (message: string) => void;
}): Promise<ApiListener> {
  const api = createGithubApi({
    repository: options.forge.repository,
    tokensPath: options.forge.tokens,
    store: openStore(options.forge.api),
    releases: openWorldReleases(options.clock, options.digests),
    contract: await loadContract(ALL_ENDPOINTS.map(({ operation }) => operation)),
    endpoints: ALL_ENDPOINTS,
    now: () => new Date(),
    onDefect: options.onDefect,
  });
  const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  return async (request, response) => await listener(request, response);
}
