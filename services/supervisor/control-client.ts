import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { FoundryError } from '../../domain/errors.ts';
import { ControlAnswer, type ControlRequest, fromErrorAnswer } from './protocol.ts';
import type { ServiceStatus } from './service-spec.ts';

/** How a request to the supervisor is followed. */
export interface RequestOptions {
  readonly onStarted?: (service: ServiceStatus) => void;
  /** Cancels a `start`; the request then still waits until the supervisor has undone it. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Asks the supervisor behind a socket and returns the state of its services.
 * Throws the supervisor's own error, or FND_NOT_RUNNING when it does not answer.
 */
export async function askSupervisor(
  socket: string,
  request: ControlRequest,
  { onStarted, signal, timeoutMs = 120_000 }: RequestOptions = {},
): Promise<ServiceStatus[]> {
  const connection = connect(socket);
  const cancel = (): void => {
    connection.write('{"type":"cancel"}\n');
  };
  const tooLate = setTimeout(() => connection.destroy(new Error('it gave no answer in time')), timeoutMs);
  signal?.addEventListener('abort', cancel);
  try {
    const failed = new Promise<never>((_, reject) => connection.on('error', reject));
    failed.catch(() => undefined);
    connection.write(`${JSON.stringify(request)}\n`);
    if (signal?.aborted === true) cancel();
    return await Promise.race([readAnswers(connection, onStarted), failed]);
  } catch (error) {
    if (error instanceof FoundryError) throw error;
    throw new FoundryError('FND_NOT_RUNNING', 'the supervisor of the services does not answer', {
      hint: 'Run `./foundry down`, then `./foundry up`.',
      cause: error,
    });
  } finally {
    clearTimeout(tooLate);
    signal?.removeEventListener('abort', cancel);
    connection.destroy();
  }
}

async function readAnswers(
  connection: ReturnType<typeof connect>,
  onStarted: RequestOptions['onStarted'],
): Promise<ServiceStatus[]> {
  for await (const line of createInterface({ input: connection, crlfDelay: Infinity })) {
    const answer = ControlAnswer.parse(JSON.parse(line));
    if (answer.type === 'error') throw fromErrorAnswer(answer);
    if (answer.type === 'done') return answer.services;
    onStarted?.(answer.service);
  }
  throw new Error('it closed the connection without an answer');
}
