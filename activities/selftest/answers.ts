import type { ToolResult } from '../../adapters/process/run-tool.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import type { SharedProgram } from '../../adapters/sandbox/runner-messages.ts';
import { FoundryError } from '../../domain/errors.ts';
import { Batch, dealt, type NamedPrograms } from './batch.ts';
import type { CheckDefinition, CommandProbe } from './check-definition.ts';
import type { ImageView } from './image-view.ts';
import { answersIn, type Interview, Interviews } from './interviews.ts';
import type { Ground } from './lay-over.ts';
import { PROBE, type Runnable, runPrograms } from './run-programs.ts';

/** How long something in an image may take, in milliseconds. */
export interface Patience {
  /** One command; a healthy one takes well under a second. */
  readonly command: number;
  /** All questions of a group together; a healthy image takes a few seconds. */
  readonly interview: number;
}

const PATIENCE: Patience = { command: 30_000, interview: 60_000 };
/** What the programs of a sandbox say is held until the last of them has ended, and several sandboxes are at work at once. */
const MOST_IN_A_SANDBOX = 16;

/** An image to be checked. */
export interface Examined extends Ground, Runnable {
  /** The same image from outside. */
  readonly view: ImageView;
  readonly patience?: Patience;
}

/** What answers the probes of one check. Both throw why a program could not be run. */
export interface Answering {
  /** What a command says and how it ends. Throws FND_BAD_DATA for the health check of an image that names none. */
  run(probe: CommandProbe): Promise<ToolResult>;
  /** The answers to the questions of the check, in their order. Throws FND_TOOL_FAILED when the probe did not answer each of them with a line and end well. */
  ask(): Promise<readonly string[]>;
}

/**
 * What an image answers. A command is run once however many checks look at what it says, and the questions of all checks of a group are
 * put to one process: starting one costs more than most answers, because the module tests itself each time. Programs with the same things
 * around them share sandboxes.
 */
export class Answers {
  readonly #examined: Examined;
  readonly #interviews: Interviews;
  /** By what is around a program, and its name. */
  readonly #batches = new Map<string, Batch>();

  constructor(examined: Examined, definitions: readonly CheckDefinition[]) {
    this.#examined = examined;
    this.#interviews = new Interviews(definitions);
    const planned = definitions.filter((definition) => !isLaidOver(definition));
    for (const [around, alike] of Map.groupBy(planned, surroundingsOf)) this.#plan(around, alike);
  }

  /** What answers a check over whose image `mounts` are laid. */
  of(definition: CheckDefinition, mounts: readonly Mount[]): Answering {
    const own = isLaidOver(definition)
      ? this.#batch(this.#programsOf(definition), definition, mounts)
      : undefined;
    const outcomeOf = async (name: string): Promise<ToolResult> => {
      const batch = own ?? this.#batches.get(surroundingsOf(definition) + name);
      if (batch === undefined) throw new Error(`nobody planned to run ${name}`);
      return await batch.outcomeOf(name);
    };
    return {
      run: async (probe) => {
        const command = this.#commandOf(probe);
        if (command !== undefined) return await outcomeOf(nameOf(command));
        throw new FoundryError('FND_BAD_DATA', 'the image names no health check');
      },
      ask: async () => {
        const interview = this.#interviews.of(definition);
        return interview === undefined ? [] : answersIn(interview, await outcomeOf(interview.name));
      },
    };
  }

  #plan(around: string, alike: readonly CheckDefinition[]): void {
    const [first] = alike;
    if (first === undefined) return;
    const programs = new Map(alike.flatMap((definition) => [...this.#programsOf(definition)]));
    for (const some of dealt(programs, MOST_IN_A_SANDBOX)) {
      const batch = this.#batch(some, first, []);
      for (const name of some.keys()) this.#batches.set(around + name, batch);
    }
  }

  #batch(
    programs: NamedPrograms,
    { env = {}, user, memory }: CheckDefinition,
    mounts: readonly Mount[],
  ): Batch {
    const around = {
      mounts,
      env,
      ...(user === undefined ? {} : { user }),
      ...(memory === undefined ? {} : { memory }),
    };
    return new Batch(programs, async (all) => runPrograms(this.#examined, around, all));
  }

  #programsOf(definition: CheckDefinition): NamedPrograms {
    const commands = definition.probes.flatMap((probe) =>
      'run' in probe ? (this.#commandOf(probe) ?? []) : [],
    );
    const programs = new Map(commands.map((command) => [nameOf(command), command]));
    const interview = this.#interviews.of(definition);
    if (interview !== undefined) programs.set(interview.name, this.#probing(interview));
    return programs;
  }

  #probing({ questions }: Interview): SharedProgram {
    return {
      argv: [PROBE],
      input: questions.map(({ ask }) => `${ask}\n`).join(''),
      timeoutMs: (this.#examined.patience ?? PATIENCE).interview,
    };
  }

  /** Undefined for the health check of an image that names none. */
  #commandOf({ run, input }: CommandProbe): SharedProgram | undefined {
    const [kind, ...healthcheck] = this.#examined.config.config.Healthcheck?.Test ?? [];
    if (run === 'healthcheck' && (kind !== 'CMD' || healthcheck.length === 0)) return undefined;
    return {
      argv: run === 'healthcheck' ? healthcheck : run,
      timeoutMs: (this.#examined.patience ?? PATIENCE).command,
      ...(input === undefined ? {} : { input }),
    };
  }
}

/** What tells a command from others. */
function nameOf({ argv, input }: SharedProgram): string {
  return JSON.stringify([argv, input]);
}

function isLaidOver({ overlays = [] }: CheckDefinition): boolean {
  return overlays.length > 0;
}

function surroundingsOf({ env = {}, user, memory }: CheckDefinition): string {
  return JSON.stringify([env, user, memory]);
}
