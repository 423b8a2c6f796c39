import { join } from 'node:path';
import type { Directories } from '../adapters/directories/directories.ts';

/** Where the services keep what is theirs, all of it under the state folder. */
export interface ServicePaths {
  readonly root: string;
  /** Held by whoever starts or stops services. */
  readonly lock: string;
  readonly supervisor: string;
  readonly ports: string;
  readonly endpoints: string;
  readonly identities: string;
  readonly temporal: string;
  readonly registry: string;
  readonly sigstore: string;
  /** One folder each, for what nobody needs after a service has ended. */
  readonly scratch: string;
  /** One `<service>.log` each. */
  readonly logs: string;
}

/** The paths of one state folder's services. */
export function servicePaths({ state }: Pick<Directories, 'state'>): ServicePaths {
  const root = join(state, 'services');
  return {
    root,
    lock: join(root, 'lock'),
    supervisor: join(root, 'supervisor.json'),
    ports: join(root, 'ports.json'),
    endpoints: join(root, 'endpoints.json'),
    identities: join(root, 'identities'),
    temporal: join(root, 'temporal'),
    registry: join(root, 'registry'),
    sigstore: join(root, 'sigstore'),
    scratch: join(state, 'scratch'),
    logs: join(state, 'logs'),
  };
}
