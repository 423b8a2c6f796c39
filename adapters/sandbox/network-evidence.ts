import { randomBytes } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { connect, createServer, type ListenOptions, type Server, type SocketConnectOpts } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { type BuilderRun, runInBuilderSandbox } from './builder-sandbox.ts';

const Attempt = z.strictObject({
  /** What was tried. */
  target: z.string(),
  reached: z.boolean(),
  /** `connected`, or the error of the system, such as ENETUNREACH. */
  answer: z.string(),
});

const Seen = z.strictObject({
  attempts: z.array(Attempt).min(1),
  interfaces: z.array(z.string()),
  /** IPv4 routes. */
  routes: z.int().nonnegative(),
  namespace: z.string(),
});

/** What a probe saw of the network inside a builder's sandbox, and that the same was reachable outside. */
export const NetworkEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  builder: z.string(),
  /** The targets that are servers of ours, tried from outside the sandbox: all must be reached, or inside means nothing. */
  control: z.array(Attempt).min(1),
  inside: Seen,
  /** Whether the sandbox is in another network namespace than we are. */
  separateNamespace: z.boolean(),
});
export type NetworkEvidence = z.infer<typeof NetworkEvidence>;

interface Target {
  readonly name: string;
  readonly listen: ListenOptions;
  readonly connect: SocketConnectOpts;
}

const PROBE = fileURLToPath(new URL('./escape-attempts.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
/** An address of the block for documentation (RFC 5737): nobody answers there, and without a route the kernel says so at once. */
const OUTSIDE: SocketConnectOpts = { host: '192.0.2.1', port: 443 };

/**
 * Runs a program in a builder's sandbox that tries to leave it: to servers of ours on loopback, on this machine's own addresses and
 * on an abstract socket, each shown to be reachable from here, and to an address outside. Returns what happened; a sandbox
 * that let one through is not an error here, see {@link requireIsolation}. Throws FND_TOOL_FAILED when the probe itself does not run.
 */
export async function probeSandboxNetwork(
  builder: string,
  run: Pick<BuilderRun, 'environment' | 'folder' | 'signal'>,
): Promise<NetworkEvidence> {
  const servers: Server[] = [];
  try {
    const targets: Target[] = [];
    for (const target of plannedTargets()) targets.push(await open(target, servers));
    const control = await Promise.all(targets.map(attemptFromHere));
    const asked = [...targets, { name: 'an address outside', connect: OUTSIDE }];
    const { stdout } = await runInBuilderSandbox({
      ...run,
      inputs: [{ source: PROBE, target: 'escape-attempts.ts' }],
      tool: 'network probe',
      file: process.execPath,
      args: ['escape-attempts.ts', JSON.stringify(asked.map(({ name, connect }) => ({ name, connect })))],
      timeoutMs: TIMEOUT_MS,
    });
    const inside = Seen.parse(JSON.parse(stdout));
    const separateNamespace = inside.namespace !== (await readlink('/proc/self/ns/net'));
    return { schemaVersion: 1, builder, control, inside, separateNamespace };
  } finally {
    for (const server of servers) server.close();
  }
}

/** The reasons why evidence does not show a sandbox without a network; none when it does. */
export function reasonsAgainstIsolation(evidence: NetworkEvidence): string[] {
  const { control, inside, separateNamespace, builder } = evidence;
  const tried = new Set(inside.attempts.map((attempt) => attempt.target));
  return [
    ...control
      .filter((one) => !one.reached)
      .map((one) => `${one.target} could not be reached from outside either (${one.answer})`),
    ...control
      .filter((one) => !tried.has(one.target))
      .map((one) => `${one.target} was not tried from inside`),
    ...inside.attempts.filter((one) => one.reached).map((one) => `builder ${builder} reached ${one.target}`),
    ...inside.interfaces
      .filter((name) => name !== 'lo')
      .map((name) => `builder ${builder} has the interface ${name}`),
    ...(inside.routes > 0 ? [`builder ${builder} has ${inside.routes} routes`] : []),
    ...(separateNamespace ? [] : [`builder ${builder} is in our own network namespace`]),
  ];
}

/** Throws FND_NOT_HERMETIC with every reason against the evidence. */
export function requireIsolation(evidence: NetworkEvidence): void {
  const reasons = reasonsAgainstIsolation(evidence);
  if (reasons.length === 0) return;
  throw new FoundryError('FND_NOT_HERMETIC', `the sandbox does not hold: ${reasons.join('; ')}`);
}

function plannedTargets(): Target[] {
  const abstract = `\0foundry-${randomBytes(8).toString('hex')}`;
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
  return [
    { name: 'loopback', listen: { host: '127.0.0.1', port: 0 }, connect: { host: '127.0.0.1', port: 0 } },
    { name: 'an abstract socket', listen: { path: abstract }, connect: { path: abstract } },
    ...addresses.map((host, index) => ({
      name: `own address ${index + 1}`,
      listen: { host, port: 0 },
      connect: { host, port: 0 },
    })),
  ];
}

async function open(target: Target, servers: Server[]): Promise<Target> {
  const server = createServer((socket) => socket.end());
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(target.listen, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) return target;
  return { ...target, connect: { host: address.address, port: address.port } };
}

async function attemptFromHere(target: Target): Promise<z.infer<typeof Attempt>> {
  return await new Promise((resolve) => {
    const socket = connect({ ...target.connect, timeout: 3000 });
    const end = (reached: boolean, answer: string) => (): void => {
      socket.destroy();
      resolve({ target: target.name, reached, answer });
    };
    socket.once('connect', end(true, 'connected'));
    socket.once('error', (error) => end(false, error.message)());
    socket.once('timeout', end(false, 'no answer'));
  });
}
