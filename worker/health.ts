import { createServer, type Server } from 'node:http';
import type { Listening } from './config.ts';

/** A server that answers `/healthz`: 200 while `isWell` says so, else 503. */
export async function startHealthServer({ host, port }: Listening, isWell: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const status = request.url === '/healthz' ? (isWell() ? 200 : 503) : 404;
    response
      .writeHead(status, { 'content-type': 'text/plain' })
      .end(`${status === 200 ? 'well' : 'not ready'}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
