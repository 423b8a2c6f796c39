import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Login } from '../../../adapters/registry/credentials.ts';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';

/** A distribution registry that runs until it is stopped. */
export interface RealRegistry {
  readonly host: string;
  readonly client: Registry;
  stop(): Promise<void>;
}

/** Whom a registry lets in, and who we are there. */
interface Locked {
  /** The section `auth` of its configuration. */
  readonly auth: object;
  readonly login: Login;
}

/** Starts the distribution registry on a free loopback port with its storage under `folder`; it lets everybody in unless it is locked. */
export async function startRealRegistry(
  binary: string,
  folder: string,
  locked?: Locked,
): Promise<RealRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: host },
      ...(locked === undefined ? {} : { auth: locked.auth }),
    }),
  );
  const child = spawn(binary, ['serve', config], { stdio: 'ignore', env: { OTEL_TRACES_EXPORTER: 'none' } });
  const client = createRegistry({
    host,
    plainHttp: true,
    ...(locked === undefined ? {} : { login: locked.login }),
  });
  await untilItAnswers(client, child);
  return {
    host,
    client,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilItAnswers(client: Registry, child: ChildProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.ping();
      return;
    } catch (error) {
      if (attempt === 100 || child.exitCode !== null) throw error;
      await delay(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
