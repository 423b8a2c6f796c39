import { chmod, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { servicePaths } from '../service-paths.ts';
import { createControlServer } from './control-server.ts';
import { findRunning, writeInstance } from './instance.ts';
import { identityOf } from './process-identity.ts';
import { makeSocketFolder, socketPath } from './socket-path.ts';
import { Supervisor } from './supervisor.ts';

/** A supervisor that has nothing to do and nobody to answer for so long ends: whoever started it is gone. */
const IDLE_EXIT_MS = 2000;

process.umask(0o077);
const { values } = parseArgs({ options: { 'state-dir': { type: 'string' } } });
if (values['state-dir'] === undefined) throw new Error('usage: supervisor --state-dir <path>');
await supervise(values['state-dir']);

async function supervise(state: string): Promise<void> {
  const paths = servicePaths({ state });
  const self = identityOf(process.pid);
  if (self === undefined) throw new Error('/proc is not there: the supervisor needs Linux');
  if ((await findRunning(paths.supervisor)) !== undefined) return;

  const uid = process.getuid?.() ?? 0;
  const socket = socketPath(paths.root, uid);
  await makeSocketFolder(dirname(socket), uid);
  await rm(socket, { force: true });

  const instance = { process: self, socket };
  let writing: Promise<void> = Promise.resolve();
  let isQueued = false;
  const supervisor = new Supervisor(paths.logs, () => {
    if (isQueued) return;
    isQueued = true;
    writing = writing.then(writeCurrent);
  });
  const server = createControlServer({ supervisor, onStopped: () => void end() });
  let connections = 0;
  let idleSince = performance.now();
  server.on('connection', (connection) => {
    connections += 1;
    connection.on('close', () => {
      connections -= 1;
      idleSince = performance.now();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(socket, resolve);
  });
  await chmod(socket, 0o600);
  await writeInstance(paths.supervisor, { ...instance, services: supervisor.processes });
  setInterval(() => {
    if (!supervisor.isEmpty || connections > 0) idleSince = performance.now();
    else if (performance.now() - idleSince > IDLE_EXIT_MS) void end();
  }, IDLE_EXIT_MS / 4);
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());

  async function writeCurrent(): Promise<void> {
    isQueued = false;
    try {
      await writeInstance(paths.supervisor, { ...instance, services: supervisor.processes });
    } catch (error) {
      process.stderr.write(`supervisor: ${String(error)}\n`);
    }
  }

  let ending = false;
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    server.close();
    await supervisor.stopAll();
    await writing;
    await rm(paths.supervisor, { force: true });
    await rm(socket, { force: true });
    process.exit(0);
  }
}
