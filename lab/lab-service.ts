import { fileURLToPath } from 'node:url';
import type { Directories } from '../adapters/directories/directories.ts';
import { compileCacheEnvironment } from '../adapters/process/compile-cache.ts';
import { FoundryError } from '../domain/errors.ts';
import { listServices } from '../services/control.ts';
import { isLoopbackPortFree } from '../services/ports/loopback-port.ts';
import { assignPorts, readPortBook, writePortBook } from '../services/ports/port-book.ts';
import { servicePaths } from '../services/service-paths.ts';
import type { ServiceSpec } from '../services/supervisor/service-spec.ts';

const NAME = 'lab';
const SERVER = fileURLToPath(new URL('server/main.ts', import.meta.url));

/** The port of the lab's server: the kept one, or a free one that is kept from now on. Throws FND_PORT_TAKEN. */
export async function labPort(directories: Directories): Promise<number> {
  const path = servicePaths(directories).ports;
  const kept = await readPortBook(path);
  const running = (await listServices(directories)).find(({ name }) => name === NAME);
  if (running !== undefined && kept[NAME] !== undefined) return kept[NAME];
  const book = await assignPorts({
    kept,
    names: [NAME],
    wanted: {},
    isFree: isLoopbackPortFree,
    taken: (name, port) =>
      Promise.resolve(
        new FoundryError('FND_PORT_TAKEN', `port ${port} of the ${name} is taken by another process`, {
          hint: 'The base image names this port, so it is kept. Free it, or start a lab in another --state-dir.',
        }),
      ),
  });
  await writePortBook(path, book);
  const port = book[NAME];
  if (port === undefined) throw new Error('no port was chosen for the lab');
  return port;
}

/** How the supervisor runs the lab's server. */
export function labService(directories: Directories, port: number): ServiceSpec {
  const address = `http://127.0.0.1:${port}`;
  return {
    name: NAME,
    command: process.execPath,
    args: [SERVER, '--state-dir', directories.state, '--port', String(port)],
    env: compileCacheEnvironment(),
    ports: { [NAME]: port },
    address,
    health: { url: `${address}/healthz`, status: 200 },
    dependsOn: [],
    startTimeoutMs: 15_000,
  };
}
