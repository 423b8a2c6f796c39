import { type Server, type Socket, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { FoundryError } from '../../domain/errors.ts';
import { type ControlAnswer, ControlRequest, toErrorAnswer } from './protocol.ts';
import type { Supervisor } from './supervisor.ts';

/** What the control server needs from the daemon around it. */
export interface ControlServerOptions {
  readonly supervisor: Supervisor;
  /** Called after a `stop`, when its answer is sent. */
  readonly onStopped: () => void;
}

/** A server that answers {@link ControlRequest}s. Requests that change something run one after the other. */
export function createControlServer({ supervisor, onStopped }: ControlServerOptions): Server {
  let queue: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    queue = queue.then(task, task);
    return queue;
  };
  return createServer((connection) => {
    const cancelled = new AbortController();
    connection.on('close', () => cancelled.abort());
    const lines = createInterface({ input: connection, crlfDelay: Infinity });
    // A client killed with an answer unread resets its connection. Readline raises the connection's error once more as its
    // own, and one that nobody listens to would end the supervisor and all it runs.
    for (const source of [connection, lines]) source.on('error', () => connection.destroy());
    lines.on('line', (line) => {
      const request = parseRequest(line);
      if (request?.type === 'cancel') return cancelled.abort();
      void handle(connection, request, cancelled.signal);
    });
  });

  async function handle(
    connection: Socket,
    request: ControlRequest | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const send = (answer: ControlAnswer): void => {
      if (connection.writable) connection.write(`${JSON.stringify(answer)}\n`);
    };
    try {
      if (request === undefined) throw new FoundryError('FND_BAD_INPUT', 'the request is not understood');
      if (request.type === 'start') {
        await inTurn(() =>
          supervisor.start(request.specs, signal, (service) => send({ type: 'started', service })),
        );
      }
      if (request.type === 'stop') await inTurn(() => supervisor.stopAll());
      send({ type: 'done', services: await supervisor.statuses() });
    } catch (error) {
      send(toErrorAnswer(error));
    }
    connection.end(() => {
      if (request?.type === 'stop') onStopped();
    });
  }
}

function parseRequest(line: string): ControlRequest | undefined {
  try {
    return ControlRequest.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
