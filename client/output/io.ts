import type { Report } from '../../domain/report.ts';
import type { ResultKind } from './kinds.ts';

/** How the result is printed. Progress and errors always go to standard error. */
export type OutputFormat = 'text' | 'json';

/** The terminal that a person sits at. */
export interface Terminal {
  write(text: string): unknown;
  /** As it is now: people resize windows. */
  size(): { readonly columns: number; readonly rows: number };
}

/** Everything a verb may say, and where it goes: results on standard output, the rest on standard error. */
export interface Io {
  readonly format: OutputFormat;
  /** Whether colour may be used on standard output. Colour never carries meaning alone. */
  readonly colour: boolean;
  /** Prints the one result of the command: `text()` for people, or a versioned envelope around `data` for programs. */
  result(kind: ResultKind, data: unknown, text: () => string): void;
  /** Progress, with the time since the command began. */
  readonly report: Report;
  /** Whether no progress is wanted. */
  readonly isQuiet: boolean;
  /** Standard error, when a person sits there who sees lines change; not in CI, where every line is kept. */
  readonly terminal: Terminal | undefined;
}

/** The form of every JSON answer. `schemaVersion` rises when a field changes its meaning or goes away. */
interface Envelope {
  readonly schemaVersion: 1;
  readonly kind: string;
  readonly data: unknown;
}

/** The streams and settings of one run; taken apart from `process` so that tests can hold them. */
export interface IoSettings {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly format: OutputFormat;
  readonly quiet: boolean;
  readonly now: () => number;
}

/** The one output object of a command. */
export function createIo(settings: IoSettings): Io {
  const began = settings.now();
  return {
    format: settings.format,
    colour: mayColour(settings),
    isQuiet: settings.quiet,
    terminal: terminalOf(settings),
    result(kind, data, text) {
      const envelope: Envelope = { schemaVersion: 1, kind, data };
      const body = settings.format === 'json' ? JSON.stringify(envelope, null, 2) : text();
      if (body !== '') settings.stdout.write(`${body}\n`);
    },
    report(message) {
      if (settings.quiet) return;
      const seconds = ((settings.now() - began) / 1000).toFixed(1).padStart(6);
      settings.stderr.write(`${seconds}s  ${message}\n`);
    },
  };
}

function terminalOf({ stderr, environment }: IoSettings): Terminal | undefined {
  if (stderr.isTTY !== true || environment['TERM'] === 'dumb' || (environment['CI'] ?? '') !== '')
    return undefined;
  return {
    write: (text) => stderr.write(text),
    size: () => ({ columns: stderr.columns ?? 80, rows: stderr.rows ?? 24 }),
  };
}

function mayColour({ stdout, environment, format }: IoSettings): boolean {
  if (format === 'json' || (environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return true;
  return stdout.isTTY === true && environment['TERM'] !== 'dumb';
}
