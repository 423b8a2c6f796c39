import { FoundryError } from '../../domain/errors.ts';
import type { ToolResult } from '../../adapters/process/run-tool.ts';
import type { CheckDefinition, Question } from './check-definition.ts';

/** Questions that are put to one process of the probe, and which of them are those of a check. */
export interface Interview {
  /** The check or the group of checks whose questions they are. */
  readonly name: string;
  readonly questions: readonly Question[];
  readonly from: number;
  readonly count: number;
}

/** Which questions go to the probe together: all that a group of checks asks of the image as it is. */
export class Interviews {
  readonly #groups = new Map<string, Question[]>();
  readonly #shared = new Map<string, Interview>();

  constructor(definitions: readonly CheckDefinition[]) {
    for (const definition of definitions.filter(isShared)) {
      const name = groupOf(definition.id);
      const questions = this.#groups.get(name) ?? [];
      this.#groups.set(name, questions);
      const own = questionsOf(definition);
      this.#shared.set(definition.id, { name, questions, from: questions.length, count: own.length });
      questions.push(...own);
    }
  }

  /** The interview with the questions of a check; undefined when it asks none. */
  of(definition: CheckDefinition): Interview | undefined {
    const own = questionsOf(definition);
    if (own.length === 0) return undefined;
    const alone = { name: definition.id, questions: own, from: 0, count: own.length };
    return this.#shared.get(definition.id) ?? alone;
  }
}

/**
 * The answers to the questions of the check, in their order. The one before a sudden end is not taken: it may be half of one. Throws
 * FND_TOOL_FAILED when the probe did not answer each of them with a line and end well.
 */
export function answersIn({ questions, from, count }: Interview, result: ToolResult): readonly string[] {
  const { exitCode, stdout, stderr } = result;
  const lines = stdout.split('\n').slice(0, -1);
  const isWhole = exitCode === 0 && lines.length === questions.length;
  const isBroken = exitCode === 0 || lines.length > questions.length;
  const taken = isWhole ? lines : isBroken ? [] : lines.slice(0, -1);
  const answers = taken.slice(from, from + count);
  if (answers.length === count) return answers;
  throw new FoundryError(
    'FND_TOOL_FAILED',
    `the probe answered ${lines.length} of ${questions.length} questions and ended with ${exitCode}: ${stderr.trim().slice(0, 500)}`,
  );
}

/** `FIPS-DIG` of `FIPS-DIG-014`. */
export function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function questionsOf({ probes }: CheckDefinition): Question[] {
  return probes.filter((probe) => 'ask' in probe);
}

/** Whether nothing is laid over the image, no variable is set, it runs as it says, and its questions leave the process as it was. */
function isShared({ isAlone, overlays = [], env = {}, user, memory }: CheckDefinition): boolean {
  const isUntouched =
    overlays.length === 0 && Object.keys(env).length === 0 && (user ?? memory) === undefined;
  return isUntouched && isAlone !== true;
}
