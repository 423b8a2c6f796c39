import type { Command } from 'commander';
import { buildProgram } from '../program.ts';

/** The command with all its verbs, to be described and never to be called: it has no environment and says nothing. */
export function wholeProgram(): Command {
  const nowhere = { write: () => undefined };
  return buildProgram(
    { argv: [], environment: {}, stdout: nowhere, stderr: nowhere, root: '/nonexistent' },
    new AbortController().signal,
  );
}
