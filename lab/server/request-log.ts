import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServedDay } from './world-clock.ts';

/** Takes one log entry: plain JSON data without secrets. */
export type WriteLog = (entry: Readonly<Record<string, unknown>>) => void;

/** Logs the request when its answer ends or its connection breaks: path, status, duration and day; no query, no headers. */
export function logRequests(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  day: ServedDay | undefined,
  log: WriteLog,
): void {
  const started = performance.now();
  response.once('close', () => {
    log({
      time: new Date().toISOString(),
      method: request.method,
      path,
      status: response.statusCode,
      complete: response.writableFinished,
      ms: Math.round(performance.now() - started),
      day: day?.day ?? null,
    });
  });
}

/** Writes each entry as one line of JSON to standard error. */
export function logToStandardError(entry: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}
