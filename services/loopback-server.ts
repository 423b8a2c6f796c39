import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

/** Reads `--port` and the named options of a service's command line. Throws when one is missing. */
export function readServerOptions<Name extends string>(
  names: readonly Name[],
): Record<Name, string> & { port: number } {
  const options = Object.fromEntries(['port', ...names].map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options });
  const missing = Object.keys(options).filter((name) => typeof values[name] !== 'string');
  if (missing.length > 0) throw new Error(`missing options: --${missing.join(', --')}`);
  return { ...(values as Record<Name, string>), port: Number(values['port']) };
}

/** Serves on 127.0.0.1 until the process is asked to end. */
export function serveOnLoopback(app: Hono, port: number): void {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  process.on('SIGTERM', () => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
