import { fileURLToPath } from 'node:url';
import type { Directories } from '../../adapters/directories/directories.ts';
import { runFoundry } from '../../client/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a command wrote, and what it ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as somebody without a home. */
export async function foundry(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const written = { out: '', err: '' };
  const code = await runFoundry({
    argv: [...argv],
    environment: { HOME: '/nonexistent', ...environment },
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    root,
  });
  return { code, ...written };
}

/** Options that lead a command to these directories. */
export function inDirectories({ state, cache }: Directories): readonly string[] {
  return ['--state-dir', state, '--cache-dir', cache];
}
