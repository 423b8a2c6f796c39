import type { Directories } from '../adapters/directories/directories.ts';
import type { Io } from './output/io.ts';

/** What every verb gets: where to speak, where to write, and when to stop. Made anew for each run of the command. */
export interface ClientContext {
  readonly io: Io;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person presses Ctrl-C or the system asks us to end. */
  readonly signal: AbortSignal;
  /** State and cache folders, from the global options, the environment and XDG, in this order. */
  directories(): Directories;
  /** The folder of this checkout. */
  readonly root: string;
}

/** How a verb that starts or stops services waits for another one that does. */
export function waitingTurn({ io, signal }: ClientContext): { onWait(): void; signal: AbortSignal } {
  return {
    onWait: () => io.report('waiting for another command that starts or stops services here'),
    signal,
  };
}
