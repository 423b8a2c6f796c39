import { CancellationScope, log } from '@temporalio/workflow';
import type { Compensation } from '../../domain/release/status.ts';
import { problemOf } from './problem-of.ts';

/** What takes one thing back. It may be called when the thing was never done, or half. */
interface Registered {
  readonly what: string;
  readonly undo: () => Promise<void>;
}

/** The compensations of a release. Each is registered before its step runs, so that nothing is left that no one takes back. */
export class Saga {
  readonly #registered: Registered[] = [];

  /** Registers what takes the next step back. */
  beforeStep(what: string, undo: () => Promise<void>): void {
    this.#registered.push({ what, undo });
  }

  /** Takes back everything, the newest first, whatever is cancelled. One that fails is said, and the others still run. */
  async compensate(): Promise<Compensation[]> {
    return await CancellationScope.nonCancellable(async () => {
      const done: Compensation[] = [];
      for (const { what, undo } of this.#registered.toReversed()) {
        try {
          await undo();
          done.push({ what, state: 'done', detail: null });
        } catch (error) {
          const { message } = problemOf(error);
          log.error('compensation failed', { what, message });
          done.push({ what, state: 'failed', detail: message });
        }
      }
      return done;
    });
  }
}
