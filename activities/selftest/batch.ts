import type { ToolResult } from '../../adapters/process/run-tool.ts';
import type { SharedOutcome } from '../../adapters/sandbox/run-in-shared-sandbox.ts';
import type { SharedProgram } from '../../adapters/sandbox/runner-messages.ts';
import { FoundryError } from '../../domain/errors.ts';

/** Programs by what they are called among each other. */
export type NamedPrograms = ReadonlyMap<string, SharedProgram>;

/** Programs that are run together, with the first of them that somebody asks for. */
export class Batch {
  readonly #run: (programs: readonly SharedProgram[]) => Promise<readonly SharedOutcome[]>;
  readonly #programs: NamedPrograms;
  #outcomes: Promise<ReadonlyMap<string, SharedOutcome | undefined>> | undefined;

  /** `run` gives the outcomes in the order of the programs. */
  constructor(
    programs: NamedPrograms,
    run: (programs: readonly SharedProgram[]) => Promise<readonly SharedOutcome[]>,
  ) {
    this.#programs = programs;
    this.#run = run;
  }

  /** What one of them said and how it ended. Throws why it could not be run. */
  async outcomeOf(name: string): Promise<ToolResult> {
    this.#outcomes ??= this.#runAll();
    const outcome = (await this.#outcomes).get(name);
    if (outcome === undefined) throw new Error(`${name} is not among these programs`);
    if (outcome instanceof FoundryError) throw outcome;
    return outcome;
  }

  async #runAll(): Promise<ReadonlyMap<string, SharedOutcome | undefined>> {
    const outcomes = await this.#run([...this.#programs.values()]);
    return new Map([...this.#programs.keys()].map((name, index) => [name, outcomes[index]]));
  }
}

/** Programs in as few batches as there must be, of at most `most`. Neighbours are in different ones: who asks for one waits for its batch. */
export function dealt(programs: NamedPrograms, most: number): NamedPrograms[] {
  const count = Math.ceil(programs.size / most);
  const hands = Array.from({ length: count }, () => new Map<string, SharedProgram>());
  for (const [index, [name, program]] of [...programs].entries()) hands[index % count]?.set(name, program);
  return hands;
}
