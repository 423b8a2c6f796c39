import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCacheEnvironment } from '../../adapters/process/compile-cache.ts';
import { WORKER_FLAGS } from '../../adapters/process/worker-flags.ts';
import { TRACE_VARIABLES } from '../../adapters/traces/destination.ts';
import type { ServiceSpec } from '../supervisor/service-spec.ts';
import { identityFile } from '../sigstore/identities.ts';
import { FOUNDRY_IDENTITY } from './foundry-identity.ts';
import type { EmbeddedService, PortName } from './names.ts';
import type { ServiceContext } from './service-context.ts';
import { TEMPORAL_NAMESPACE } from './temporal.ts';

const WORKER = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));
/** The machine type as task queues name it. */
const MACHINE = process.arch === 'arm64' ? 'arm64' : 'amd64';
/** The first start makes the bundle of the workflows, seconds of one core. */
const START_TIMEOUT_MS = 90_000;
/** A worker has no state: what it did is done again by the next one. */
const MAX_RESTARTS = 5;
/** Variables of the person who starts the services that workers go by, too. */
const PASSED_ON = ['FOUNDRY_TOOLS_BIN', ...TRACE_VARIABLES] as const;
/** Where a job on GitHub's runners has its identity tokens from. */
const IDENTITY_VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

/** Decides: runs the workflows, and nothing that takes long. */
export function controlWorkerService(context: ServiceContext): ServiceSpec {
  return workerService(context, 'worker-control', ['control']);
}

/** Does: everything that a release fetches, builds, tests and stores on this machine. */
export function buildWorkerService(context: ServiceContext): ServiceSpec {
  return workerService(context, 'worker-build', [
    'ingest',
    'scan',
    `build-${MACHINE}`,
    `selftest-${MACHINE}`,
    'publish',
  ]);
}

/**
 * Signs, and nothing else: the one process with an identity. The embedded issuer's is a file; of GitHub's runners it is in variables,
 * which no other service is given.
 */
export function signWorkerService(context: ServiceContext): ServiceSpec {
  const identity = identityFile(context.paths.identities, FOUNDRY_IDENTITY.name);
  const service = workerService(context, 'worker-sign', ['sign'], {
    FOUNDRY_SIGNING_IDENTITY_FILE: identity,
    FOUNDRY_PACKAGE_KEY_FILE: join(context.directories.state, 'keys', 'apk-signing.rsa'),
  });
  return { ...service, env: { ...service.env, ...given(IDENTITY_VARIABLES) } };
}

function workerService(
  { directories, paths, port }: ServiceContext,
  name: EmbeddedService & PortName,
  queues: readonly string[],
  more: Readonly<Record<string, string>> = {},
): ServiceSpec {
  const health = port(name);
  const address = `http://127.0.0.1:${health}`;
  return {
    name,
    command: process.execPath,
    args: [...WORKER_FLAGS, WORKER],
    env: {
      ...compileCacheEnvironment(),
      ...given(PASSED_ON),
      ...profileOfPerson(),
      FOUNDRY_STATE_DIR: directories.state,
      FOUNDRY_CACHE_DIR: directories.cache,
      TEMPORAL_ADDRESS: `127.0.0.1:${port('temporal')}`,
      TEMPORAL_NAMESPACE,
      FOUNDRY_QUEUES: queues.join(','),
      FOUNDRY_HEALTH: `127.0.0.1:${health}`,
      FOUNDRY_GRACE_SECONDS: '2',
      ...more,
    },
    ports: { health },
    address,
    health: { url: `${address}/healthz`, status: 200 },
    dependsOn: ['temporal'],
    startTimeoutMs: START_TIMEOUT_MS,
    maxRestarts: MAX_RESTARTS,
    scratchFolder: join(paths.scratch, name),
  };
}

/** A path that means something in the folder of the person who starts the services. */
function profileOfPerson(): Record<string, string> {
  const profile = process.env['FOUNDRY_PROFILE'] ?? '';
  return profile === '' ? {} : { FOUNDRY_PROFILE: resolve(profile) };
}

function given(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
