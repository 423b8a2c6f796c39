import { chmod, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { servicePaths } from '../service-paths.ts';
import { createControlServer } from './control-server.ts';
import { findRunning, isStillNamed, writeInstance } from './instance.ts';
import { type ProcessIdentity, identityOf } from './process-identity.ts';
import { makeSocketFolder, socketPath } from './socket-path.ts';
import { Supervisor } from './supervisor.ts';

/** How often a supervisor looks whether it is still wanted. */
const LOOK_MS = 500;

/** So many looks in a row must find the state folder gone. */
const LOOKS_UNTIL_GONE = 2;

/** A supervisor that has nothing to do and nobody to answer for so long ends: whoever started it is gone. */
const IDLE_EXIT_MS = 2000;

process.umask(0o077);
// A log that takes no more, on a full disk say, is no reason to end the services.
process.stderr.on('error', () => undefined);
const { values } = parseArgs({ options: { 'state-dir': { type: 'string' } } });
if (values['state-dir'] === undefined) throw new Error('usage: supervisor --state-dir <path>');
await supervise(values['state-dir']);

async function supervise(state: string): Promise<void> {
  const paths = servicePaths({ state });
  const self = ownIdentity();
  if ((await findRunning(paths.supervisor)) !== undefined) return;

  const uid = process.getuid?.() ?? 0;
  const socket = socketPath(paths.root, uid);
  await makeSocketFolder(dirname(socket), uid);
  await rm(socket, { force: true });

  const instance = { process: self, socket };
  let ending = false;
  let isOrphan = false;
  let looksInVain = 0;
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
  setInterval(() => void look(), LOOK_MS);
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());

  async function look(): Promise<void> {
    if (!supervisor.isEmpty || connections > 0) idleSince = performance.now();
    else if (performance.now() - idleSince > IDLE_EXIT_MS) void end();
    looksInVain = (await isStillNamed(paths.supervisor, self)) ? 0 : looksInVain + 1;
    if (looksInVain < LOOKS_UNTIL_GONE || ending) return;
    process.stderr.write(`supervisor: ${paths.supervisor} is gone or another's now; ending\n`);
    isOrphan = true;
    void end();
  }

  async function writeCurrent(): Promise<void> {
    isQueued = false;
    if (ending) return;
    try {
      await writeInstance(paths.supervisor, { ...instance, services: supervisor.processes });
    } catch (error) {
      process.stderr.write(`supervisor: ${String(error)}\n`);
    }
  }

  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    server.close();
    await supervisor.stopAll();
    await writing;
    if (!isOrphan) await rm(paths.supervisor, { force: true });
    if (!isOrphan || (await findRunning(paths.supervisor)) === undefined) await rm(socket, { force: true });
    process.exit(0);
  }
}

function ownIdentity(): ProcessIdentity {
  const self = identityOf(process.pid);
  if (self === undefined) throw new Error('/proc is not there: the supervisor needs Linux');
  return self;
}
