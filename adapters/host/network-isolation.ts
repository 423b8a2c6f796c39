import { connect, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { runTool } from '../process/run-tool.ts';

const Seen = z.object({ interfaces: z.array(z.string()), connected: z.boolean() });

/** What a program sees of the network inside `unshare -n`. */
export type NetworkIsolation =
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'ran';
      readonly interfaces: readonly string[];
      /** Whether a server of ours, which is reached from outside, was reached from inside too. */
      readonly connected: boolean;
    };

const PROBE = fileURLToPath(new URL('./network-probe.ts', import.meta.url));
const TIMEOUT_MS = 20_000;

/**
 * Runs a small program in a network namespace of its own and tells what it sees.
 * A server of ours on loopback is the control: it must be reachable from here for the answer to mean anything.
 */
export async function probeNetworkIsolation(): Promise<NetworkIsolation> {
  const server = createServer((socket) => socket.end());
  const port = await listen(server);
  try {
    if (!(await canConnect(port)))
      return { kind: 'refused', reason: 'loopback does not work on this machine' };
    const { stdout } = await runTool({
      tool: 'unshare',
      file: 'unshare',
      args: [...namespaceArgs(), '--', process.execPath, PROBE, String(port)],
      timeoutMs: TIMEOUT_MS,
    });
    return { kind: 'ran', ...Seen.parse(JSON.parse(stdout)) };
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_TOOL_MISSING') return { kind: 'missing' };
    return { kind: 'refused', reason: messageOf(error) };
  } finally {
    server.close();
  }
}

/** Whether something listens on this port of 127.0.0.1. */
export async function canConnect(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const answer = (connected: boolean) => (): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
}

function namespaceArgs(): string[] {
  return process.getuid?.() === 0 ? ['--net'] : ['--map-root-user', '--net'];
}

async function listen(server: Server): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
