import {
  Client,
  Connection,
  isGrpcCancelledError,
  isGrpcServiceError,
  ServiceError,
} from '@temporalio/client';
import type { Directories } from '../../adapters/directories/directories.ts';
import { FoundryError } from '../../domain/errors.ts';
import { readEndpoints } from '../../services/endpoints.ts';

/** The Temporal server of a state folder. */
export interface Temporal {
  readonly client: Client;
  /** Where the UI shows a run of a workflow. */
  readonly uiOf: (run: { readonly id: string; readonly runId: string }) => string;
}

const CONNECT_TIMEOUT_MS = 5000;

/**
 * Connects to the Temporal server that was started with a state folder, and closes the connection after `use`. Calls end with
 * FND_INTERRUPTED when `signal` aborts. Throws FND_NOT_RUNNING when none was started, FND_UNREACHABLE when it gives no answer, and
 * what `use` throws.
 */
export async function withTemporal<T>(
  directories: Directories,
  signal: AbortSignal,
  use: (temporal: Temporal) => Promise<T>,
): Promise<T> {
  const { temporal } = await readEndpoints(directories);
  if (temporal === null) {
    throw new FoundryError('FND_NOT_RUNNING', `no Temporal runs with the state folder ${directories.state}`, {
      hint: 'Start it with `./foundry up`.',
    });
  }
  const { address, namespace, ui } = temporal;
  const connection = await connect(address);
  try {
    const client = new Client({ connection, namespace });
    const uiOf: Temporal['uiOf'] = ({ id, runId }) =>
      `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}/${runId}`;
    return await connection.withAbortSignal(signal, () => use({ client, uiOf }));
  } catch (error) {
    throw namedServerError(error);
  } finally {
    await connection.close();
  }
}

async function connect(address: string): Promise<Connection> {
  try {
    return await Connection.connect({
      address,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The server is on loopback: a proxy that the environment names is not asked.
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    });
  } catch (cause) {
    throw unreachable(`Temporal at ${address}`, cause);
  }
}

/** An error of the server as one of ours: without an answer FND_UNREACHABLE, taken back FND_INTERRUPTED. Others stay as they are. */
export function namedServerError(error: unknown): unknown {
  if (isGrpcCancelledError(error)) {
    return new FoundryError('FND_INTERRUPTED', 'interrupted before the end', { cause: error });
  }
  const isServers = isGrpcServiceError(error) || error instanceof ServiceError;
  return isServers ? unreachable('Temporal', error) : error;
}

function unreachable(server: string, cause: unknown): FoundryError {
  return new FoundryError('FND_UNREACHABLE', `${server} gives no answer`, {
    hint: 'See `./foundry status`; `./foundry up` starts what is down.',
    cause,
  });
}
