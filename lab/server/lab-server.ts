import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isCode } from '../../adapters/files/write-atomic.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { ApiListener } from '../forge/api/request-listener.ts';
import { type ForgePaths, forgePaths, LAB_REPOSITORY } from '../forge/forge-paths.ts';
import { UPSTREAM_REPOSITORY } from '../forge/upstream-repository.ts';
import { serveGit } from '../forge/git/http-backend.ts';
import { createFileDigests, type FileDigests } from './file-digests.ts';
import { logRequests, type WriteLog } from './request-log.ts';
import { sendText } from './send-text.ts';
import { serveFile } from './serve-file.ts';
import { startPage } from './start-page.ts';
import { openWorldClock, type ServedDay, type WorldClock } from './world-clock.ts';

const HOST = '127.0.0.1';
const RETRY_AFTER_SECONDS = '2';
const CLOSE_GRACE_MS = 2000;

export interface LabServer {
  /** Where it listens, such as `http://127.0.0.1:4567`. */
  readonly origin: string;
  /** Lets running answers end for two seconds, then closes every connection. */
  close(): Promise<void>;
}

interface Parts {
  readonly clock: WorldClock;
  readonly digests: FileDigests;
  readonly forge: ForgePaths;
  readonly log: WriteLog;
  readonly api: () => Promise<ApiListener>;
}

/**
 * Serves the lab's upstream world and its forge on loopback. `port` 0 takes a free one.
 * Throws FND_PORT_TAKEN when the port is in use.
 */
export async function startLabServer(options: {
  readonly stateDir: string;
  readonly port: number;
  readonly log: WriteLog;
}): Promise<LabServer> {
  const clock = openWorldClock(join(options.stateDir, 'lab'));
  const digests = createFileDigests();
  const forge = forgePaths(options.stateDir);
  const { log } = options;
  const parts: Parts = { clock, digests, forge, log, api: lazyApi({ clock, digests, forge, log }) };
  const server = createServer((request, response) => {
    handle(request, response, parts).catch((error: unknown) => fail(request, response, error, options.log));
  });
  const port = await listen(server, options.port);
  return { origin: `http://${HOST}:${port}`, close: () => close(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?');
  const day = await parts.clock.today();
  response.setHeader('x-foundry-lab', day === undefined ? 'no day yet' : `day ${day.day}`);
  logRequests(request, response, path, day, parts.log);
  if (path === '/healthz') sendText(response, 200, 'The lab is up.');
  else if (path === '/') await servePage(response, day);
  else if (path.startsWith('/git/')) await serveGit(request, response, parts.forge);
  else if (isUpstreamDown(path, day)) sendOutage(response);
  else if (path.startsWith('/api/v3/')) await (await parts.api())(request, response);
  else await serveUpstream(request, response, path, day, parts.digests);
}

/** The API is read and put together at the first request for it, so that the server is up at once. */
function lazyApi(parts: Omit<Parts, 'api'>): () => Promise<ApiListener> {
  let listener: Promise<ApiListener> | undefined;

  async function load(): Promise<ApiListener> {
    const { createApiListener } = await import('../forge/api/request-listener.ts');
    return await createApiListener({
      ...parts,
      onDefect: (message) => parts.log({ level: 'error', time: new Date().toISOString(), defect: message }),
    });
  }

  return async () => {
    listener ??= load();
    return await listener;
  };
}

/** An outage is upstream's: the foundry's own repository and the API around it stay up. */
function isUpstreamDown(path: string, day: ServedDay | undefined): boolean {
  const { owner, name } = UPSTREAM_REPOSITORY;
  const isUpstream = !path.startsWith('/api/v3/') || path.startsWith(`/api/v3/repos/${owner}/${name}`);
  return day?.outage === 'errors' && isUpstream;
}

function sendOutage(response: ServerResponse): void {
  sendText(response, 503, 'Upstream is down today (the lab plays this).', {
    'retry-after': RETRY_AFTER_SECONDS,
  });
}

async function serveUpstream(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  day: ServedDay | undefined,
  digests: FileDigests,
): Promise<void> {
  if (day === undefined) {
    sendText(response, 503, 'The lab has no world yet.', { 'retry-after': RETRY_AFTER_SECONDS });
  } else await serveFile(request, response, path, day, digests);
}

async function servePage(response: ServerResponse, day: ServedDay | undefined): Promise<void> {
  const page = Buffer.from(await startPage(day, [LAB_REPOSITORY.fullName]));
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': page.length,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(page);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown, log: WriteLog): void {
  log({ level: 'error', method: request.method, url: request.url, error: messageOf(error) });
  if (response.headersSent) response.destroy();
  else sendText(response, 500, 'The lab failed; its log says why.');
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, HOST, resolve);
  try {
    await promise;
  } catch (error) {
    if (!isCode(error, 'EADDRINUSE')) throw error;
    throw new FoundryError('FND_PORT_TAKEN', `port ${port} on ${HOST} is taken by another process`, {
      hint: 'Choose another port with --port, or 0 for a free one.',
      cause: error,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await promise;
  clearTimeout(timer);
}
