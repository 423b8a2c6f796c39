import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request; the body is what the client sent. */
export type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** A server on loopback whose every answer the test decides, and the requests it saw. */
export interface InProcessRegistry {
  readonly host: string;
  readonly seen: string[];
  close(): Promise<void>;
}

/** Starts a server on a free loopback port. */
export async function startInProcessRegistry(handler: Handler): Promise<InProcessRegistry> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      handler(request, Buffer.concat(chunks), response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
