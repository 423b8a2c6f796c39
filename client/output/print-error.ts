import { FoundryError } from '../../domain/errors.ts';
import { EXIT_CODES, type ExitCode } from '../../domain/exit-codes.ts';
import type { OutputFormat } from './io.ts';

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
  const lines = [`error[${error.code}]: ${error.message}`];
  for (const cause of causesOf(error)) lines.push(`  because: ${firstLine(cause.message)}`);
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
    causes: causesOf(error).map((cause) => firstLine(cause.message)),
  };
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  let next = error.cause;
  while (next instanceof Error && causes.length < 5) {
    causes.push(next);
    next = next.cause;
  }
  return causes;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
