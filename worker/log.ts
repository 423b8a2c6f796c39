import { DefaultLogger, type LogEntry, type LogLevel } from '@temporalio/worker';
import { redacted } from '../domain/redacted.ts';

const NANOS_PER_MILLI = 1_000_000n;

/** A line of the log, as JSON: when, how grave, what, and about what. */
export function logLine({ timestampNanos, level, message, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / NANOS_PER_MILLI)).toISOString();
  const about = meta === undefined ? {} : (redacted(meta) as object);
  return JSON.stringify({ ...about, time, level, message: redacted(message) });
}

/** A log on standard error, a JSON object a line. */
export function createLog(level: LogLevel): DefaultLogger {
  return new DefaultLogger(level, (entry) => {
    process.stderr.write(`${logLine(entry)}\n`);
  });
}
