import type { Directories } from '../../adapters/directories/directories.ts';
import { makeFolder } from '../../adapters/files/write-atomic.ts';
import { type StartOptions, listServices, startServicesLocked, withServicesLock } from '../control.ts';
import { type Endpoints, writeEndpoints } from '../endpoints.ts';
import type { PortBook } from '../ports/port-book.ts';
import { servicePaths } from '../service-paths.ts';
import { registerIdentity } from '../sigstore/identities.ts';
import { findRunning } from '../supervisor/instance.ts';
import type { ServiceSpec, ServiceStatus } from '../supervisor/service-spec.ts';
import { EMBEDDED_SERVICES, type EmbeddedService, type PortName, isSigstore, isWorker } from './names.ts';
import { endpointsOf, isUp } from './embedded-endpoints.ts';
import { choosePorts } from './embedded-ports.ts';
import { FOUNDRY_IDENTITY } from './foundry-identity.ts';
import { registryService } from './registry.ts';
import type { ServiceContext } from './service-context.ts';
import {
  ctService,
  fulcioService,
  oidcService,
  prepareSigstore,
  rekorService,
  timestampService,
} from './sigstore.ts';
import { temporalService } from './temporal.ts';
import { buildWorkerService, controlWorkerService, signWorkerService } from './workers.ts';

/** What to start and where. */
export interface EmbeddedStart extends StartOptions {
  readonly directories: Directories;
  readonly tools: ServiceContext['tools'];
  /** All of them when left out. Services that one of these needs are started too. */
  readonly only?: readonly EmbeddedService[];
  /** Ports a person asked for, by name. */
  readonly ports?: Readonly<Partial<Record<PortName, number>>>;
  /** Allows `ports` to move the issuer, whose address is part of every signature. */
  readonly moveIssuer?: boolean;
}

/** What runs after a start. */
export interface EmbeddedStarted {
  readonly services: readonly ServiceStatus[];
  /** The names of those that this start started. */
  readonly started: readonly string[];
  readonly endpoints: Endpoints;
}

const SPECS: Readonly<
  Record<EmbeddedService, (context: ServiceContext) => ServiceSpec | Promise<ServiceSpec>>
> = {
  temporal: temporalService,
  registry: registryService,
  oidc: oidcService,
  ct: ctService,
  'timestamp-authority': timestampService,
  rekor: rekorService,
  fulcio: fulcioService,
  'worker-control': controlWorkerService,
  'worker-build': buildWorkerService,
  'worker-sign': signWorkerService,
};

/**
 * Starts the embedded services that do not run yet, all or nothing, and writes the endpoints file.
 * Ports and state are those of the last time. Throws FND_PORT_TAKEN, FND_SERVICE_FAILED, FND_TOOL_MISSING, FND_DISK_FULL,
 * FND_BAD_INPUT for a port that cannot be moved, FND_INTERRUPTED.
 */
export async function startEmbedded(start: EmbeddedStart): Promise<EmbeddedStarted> {
  const { directories } = start;
  return await withServicesLock(directories, start, async () => {
    const paths = servicePaths(directories);
    const before = await listServices(directories);
    const missing = wantedServices(start.only).filter((name) => !before.some((there) => isUp(there, name)));
    const book = await choosePorts({ ...start, before, missing });
    const context = contextOf(start, book);
    if (missing.some((name) => isSigstore(name))) await prepareSigstore(context);
    if (missing.some((name) => isSigstore(name) || name === 'worker-sign')) {
      await makeFolder(paths.identities, 0o700);
      await registerIdentity(paths.identities, FOUNDRY_IDENTITY);
    }
    const specs = await Promise.all(missing.map(async (name) => await SPECS[name](context)));
    const services = specs.length === 0 ? before : await startServicesLocked(directories, specs, start);
    const instance = await findRunning(paths.supervisor);
    const endpoints = endpointsOf(context, services, instance?.process.pid ?? 0);
    await writeEndpoints(directories, endpoints);
    return { services, started: missing, endpoints };
  });
}

function wantedServices(only: readonly EmbeddedService[] | undefined): EmbeddedService[] {
  if (only === undefined) return [...EMBEDDED_SERVICES];
  const wanted = new Set<EmbeddedService>(only);
  if (wanted.has('fulcio')) wanted.add('oidc').add('ct');
  if (only.some(isWorker)) wanted.add('temporal');
  return EMBEDDED_SERVICES.filter((name) => wanted.has(name));
}

function contextOf({ directories, tools }: EmbeddedStart, book: PortBook): ServiceContext {
  return {
    directories,
    paths: servicePaths(directories),
    tools,
    port(name) {
      const port = book[name];
      if (port === undefined) throw new Error(`no port was chosen for ${name}`);
      return port;
    },
  };
}
