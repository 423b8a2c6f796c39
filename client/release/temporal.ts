import {
  Client,
  type ClientInterceptors,
  Connection,
  type ConnectionOptions,
  isGrpcCancelledError,
  isGrpcServiceError,
  ServiceError,
} from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Directories } from '../../adapters/directories/directories.ts';
import { temporalOfEnvironment } from '../../adapters/temporal-connection/server-of-environment.ts';
import { traceDestinationOf } from '../../adapters/traces/destination.ts';
import type { Traces } from '../../adapters/traces/open-traces.ts';
import { FoundryError } from '../../domain/errors.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import type { ClientContext } from '../context.ts';

/** A Temporal server that releases run on. */
export interface Temporal {
  readonly client: Client;
  /** Where the UI shows a run of a workflow; of a server whose UI nobody told us, which run it is. */
  readonly uiOf: (run: { readonly id: string; readonly runId: string }) => string;
}

interface Server {
  readonly options: ConnectionOptions;
  readonly namespace: string;
  /** The address of its UI. */
  readonly ui: string | null;
  /** What to do when it gives no answer. */
  readonly hint: string;
  readonly interceptors?: ClientInterceptors;
}

type Use<T> = (temporal: Temporal) => Promise<T>;
type Environment = ClientContext['environment'];

const ADDRESS = 'TEMPORAL_ADDRESS';
const CONNECT_TIMEOUT_MS = 5000;

/** Whether the environment names a Temporal server that is not one of our embedded services. */
export function isTemporalElsewhere(environment: Environment): boolean {
  return (environment[ADDRESS] ?? '') !== '';
}

/**
 * Connects to the Temporal server that the environment names, as all programs of Temporal do (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
 * `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…`, or a file, `TEMPORAL_CONFIG_FILE`), else to the one that was started with the state folder. Throws what {@link withOwnTemporal}
 * throws, and FND_BAD_INPUT for variables that cannot be used. Where the environment says where traces go, what is asked for begins one.
 */
export async function withTemporal<T>(
  context: Pick<ClientContext, 'directories' | 'environment' | 'signal'> & Partial<Pick<ClientContext, 'io'>>,
  use: Use<T>,
): Promise<T> {
  const { environment, signal } = context;
  const traces = await tracesOf(context);
  try {
    const server = isTemporalElsewhere(environment)
      ? serverOf(environment)
      : await ownServer(context.directories());
    return await withServer({ ...server, interceptors: traces?.client ?? {} }, signal, use);
  } finally {
    await traces?.close();
  }
}

/**
 * Connects to the Temporal server that was started with a state folder, and closes the connection after `use`. Calls end with
 * FND_INTERRUPTED when `signal` aborts. Throws FND_NOT_RUNNING when none was started, FND_UNREACHABLE when it gives no answer, and
 * what `use` throws.
 */
export async function withOwnTemporal<T>(
  directories: Directories,
  signal: AbortSignal,
  use: Use<T>,
): Promise<T> {
  return await withServer(await ownServer(directories), signal, use);
}

/** Begins traces, loaded only where they are asked for; who has nobody to tell about them (the completion of words) has none. */
async function tracesOf({
  environment,
  io,
}: Pick<ClientContext, 'environment'> & Partial<Pick<ClientContext, 'io'>>): Promise<Traces | undefined> {
  const destination = io === undefined ? undefined : traceDestinationOf(environment, 'foundry');
  if (io === undefined || destination === undefined) return undefined;
  const { openTraces } = await import('../../adapters/traces/open-traces.ts');
  return openTraces(destination, io.report);
}

async function ownServer(directories: Directories): Promise<Server> {
  const { temporal } = await readEndpoints(directories);
  if (temporal === null) {
    throw new FoundryError('FND_NOT_RUNNING', `no Temporal runs with the state folder ${directories.state}`, {
      hint: 'Start it with `./foundry up`.',
    });
  }
  const { address, namespace, ui } = temporal;
  // The server is on loopback: a proxy that the environment names is not asked.
  const options = { address, channelArgs: { 'grpc.enable_http_proxy': 0 } };
  const hint = 'See `./foundry status`; `./foundry up` starts what is down.';
  return { options, namespace, ui, hint };
}

function serverOf(environment: Environment): Server {
  const hint = `See whether ${ADDRESS} and the other variables of Temporal are right.`;
  return { ...temporalOfEnvironment(environment), ui: null, hint };
}

async function withServer<T>(
  { options, namespace, ui, hint, interceptors = {} }: Server,
  signal: AbortSignal,
  use: Use<T>,
): Promise<T> {
  const connection = await connect(options, hint);
  try {
    const client = new Client({ connection, namespace, interceptors });
    const uiOf: Temporal['uiOf'] = ({ id, runId }) =>
      ui === null
        ? `${namespace}: ${id} (run ${runId})`
        : `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}/${runId}`;
    return await connection.withAbortSignal(signal, () => use({ client, uiOf }));
  } catch (error) {
    throw namedServerError(error, hint);
  } finally {
    await connection.close();
  }
}

async function connect(options: ConnectionOptions, hint: string): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout: CONNECT_TIMEOUT_MS });
  } catch (cause) {
    throw unreachable(`Temporal at ${options.address ?? ''}`, hint, cause);
  }
}

/** An error of the server as one of ours: without an answer FND_UNREACHABLE, taken back FND_INTERRUPTED. Others stay as they are. */
export function namedServerError(
  error: unknown,
  hint = 'See `./foundry status`; `./foundry up` starts what is down.',
): unknown {
  if (isGrpcCancelledError(error)) {
    return new FoundryError('FND_INTERRUPTED', 'interrupted before the end', { cause: error });
  }
  // A server that begins answers before it knows its namespaces; with another's address, it never will.
  if (error instanceof NamespaceNotFoundError)
    return unreachable(`the namespace ${error.namespace} of Temporal`, hint, error);
  const isServers = isGrpcServiceError(error) || error instanceof ServiceError;
  return isServers ? unreachable('Temporal', hint, error) : error;
}

function unreachable(server: string, hint: string, cause: unknown): FoundryError {
  return new FoundryError('FND_UNREACHABLE', `${server} gives no answer`, { hint, cause });
}
