import { stripVTControlCharacters } from 'node:util';
import { FoundryError } from '../../domain/errors.ts';
import { EXIT_CODES, type ExitCode } from '../../domain/exit-codes.ts';
import type { OutputFormat } from './io.ts';

const MAX_DEPTH = 5;
const MAX_CAUSE = 300;

/**
 * Renders anything thrown for a person (code, message, causes, hint, docs anchor) or as a JSON envelope.
 * A known error shows no stack; an unknown one does, because it is a bug of ours.
 */
export function renderError(error: unknown, format: OutputFormat): string {
  if (format === 'json')
    return JSON.stringify({ schemaVersion: 1, kind: 'error', data: errorData(error) }, null, 2);
  if (!(error instanceof FoundryError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `error[FND_UNEXPECTED]: this is a bug in the foundry\n${detail}`;
  }
  const lines = [`error[${error.code}]: ${printable(error.message)}`];
  for (const cause of causesOf(error)) lines.push(`  because: ${cause}`);
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  lines.push(`docs: docs/errors.md#${error.code.toLowerCase()}`);
  return lines.join('\n');
}

/** The exit code of a command that ends with this. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof FoundryError ? error.exitCode : EXIT_CODES.unexpected;
}

function errorData(error: unknown): Record<string, unknown> {
  if (!(error instanceof FoundryError)) {
    return { code: 'FND_UNEXPECTED', message: error instanceof Error ? error.message : String(error) };
  }
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    causes: causesOf(error),
  };
}

/** The causes that say something new, each as one line. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  let said = error.message;
  let next = error.cause;
  for (let depth = 0; next instanceof Error && depth < MAX_DEPTH; depth += 1) {
    const line = oneLine(next.message);
    if (line !== '' && !said.includes(line) && !isCommandLine(next)) causes.push(line);
    said += `\n${next.message}`;
    next = next.cause;
  }
  return causes;
}

/** Execa's own error repeats the command line and what the program said; ours has said it already. */
function isCommandLine(error: Error): boolean {
  return error.name === 'ExecaError';
}

/** What a program said, without what would steer a terminal. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
}

function oneLine(text: string): string {
  const line = printable(text.trim().split('\n', 1)[0] ?? '');
  return line.length > MAX_CAUSE ? `${line.slice(0, MAX_CAUSE)}…` : line;
}
