import { readFileSync, readlinkSync } from 'node:fs';
import { connect, type SocketConnectOpts } from 'node:net';
import { argv, stdout } from 'node:process';

// Runs inside a sandbox: tries to reach what is reachable outside, and prints what it saw as JSON. It imports nothing of ours,
// because nothing of ours is there.
const [, , asked] = argv;
const targets = JSON.parse(asked ?? '[]') as { readonly name: string; readonly connect: SocketConnectOpts }[];

const attempts = await Promise.all(
  targets.map(async (target) => ({ target: target.name, ...(await attempt(target.connect)) })),
);
const interfaces = readFileSync('/proc/self/net/dev', 'utf8')
  .split('\n')
  .filter((line) => line.includes(':'))
  .map((line) => line.slice(0, line.indexOf(':')).trim());
const routes = readFileSync('/proc/self/net/route', 'utf8').trim().split('\n').length - 1;
const namespace = readlinkSync('/proc/self/ns/net');
stdout.write(JSON.stringify({ attempts, interfaces, routes, namespace }));

async function attempt(options: SocketConnectOpts): Promise<{ reached: boolean; answer: string }> {
  return await new Promise((resolve) => {
    const socket = connect({ ...options, timeout: 3000 });
    const end = (reached: boolean, answer: string): void => {
      socket.destroy();
      resolve({ reached, answer });
    };
    socket.once('connect', () => end(true, 'connected'));
    socket.once('error', (error) => end(false, 'code' in error ? String(error.code) : error.message));
    socket.once('timeout', () => end(false, 'no answer'));
  });
}
