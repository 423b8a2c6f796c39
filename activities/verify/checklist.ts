import { FoundryError, messageOf } from '../../domain/errors.ts';
import { EXIT_CODES } from '../../domain/exit-codes.ts';
import type { Check } from '../../domain/release/check.ts';

/** What a look found: for people in a line, and for the looks that need it. */
interface Found<T> {
  readonly detail: string;
  readonly value: T;
}

/** What is looked at, and what must have been found before. */
interface Look<G, T> {
  readonly id: string;
  readonly title: string;
  /** What it needs from looks before it; undefined where one of them failed. */
  readonly given: G | undefined;
  readonly work: (given: G) => Found<T> | Promise<Found<T>>;
}

/** Checks in their order. A refusal fails one, and those that need it are not run; the others are: a reader sees all that is wrong. */
export class Checklist {
  readonly #checks: Check[] = [];
  readonly #refusals: FoundryError[] = [];

  /** All checks so far. */
  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Why it was refused: the first refusal, or the first that only missed something when there was no other. None when all is well. */
  get refusal(): FoundryError | undefined {
    const refused = this.#refusals.find(({ exitCode }) => exitCode === EXIT_CODES.verificationFailed);
    return refused ?? this.#refusals[0];
  }

  /** Looks at one thing. Throws what is no refusal: a server that does not answer says nothing of an image. */
  async look<G, T>({ id, title, given, work }: Look<G, T>): Promise<T | undefined> {
    if (given === undefined) {
      this.#checks.push({ id, title, verdict: 'not-run', detail: 'what it needs did not pass' });
      return undefined;
    }
    try {
      const { detail, value } = await work(given);
      this.#checks.push({ id, title, verdict: 'pass', detail });
      return value;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refusals.push(error);
      this.#checks.push({ id, title, verdict: 'fail', detail: messageOf(error) });
      return undefined;
    }
  }
}

function isRefusal(error: unknown): error is FoundryError {
  if (!(error instanceof FoundryError)) return false;
  const { exitCode } = error;
  return exitCode === EXIT_CODES.verificationFailed || exitCode === EXIT_CODES.incompleteEvidence;
}
