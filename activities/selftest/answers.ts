import { posix } from 'node:path';
import type { ImageConfig } from '../../adapters/oci-layout/oci-image.ts';
import type { ToolResult } from '../../adapters/process/run-tool.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import { type ImageRun, runInImage } from '../../adapters/sandbox/run-in-image.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { CheckDefinition, Question } from './check-definition.ts';
import type { ImageView } from './image-view.ts';
import type { Ground } from './lay-over.ts';

/** Where what the suite brings along is in the image while it is checked. */
const SUITE_IN_IMAGE = '/tmp/suite';
const PROBE = `${SUITE_IN_IMAGE}/fips-probe`;

/** How long something in an image may take, in milliseconds. */
export interface Patience {
  /** One command; a healthy one takes well under a second. */
  readonly command: number;
  /** All questions of a group together; a healthy image takes a few seconds. */
  readonly interview: number;
}

const PATIENCE: Patience = { command: 30_000, interview: 60_000 };

/** More than this no check looks at; whoever says more is stopped. evp_test says 6 MB of the vectors of AES-CCM. */
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/** An image to be checked. */
export interface Examined extends Ground {
  readonly config: Pick<ImageConfig, 'config'>;
  /** The same image from outside. */
  readonly view: ImageView;
  /** The folder on this machine with what the suite brings along; undefined when nobody has it. */
  readonly suite: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly patience?: Patience;
}

/** What a check lays over the image, the variables that it sets, and how it is run otherwise than the image says. */
export interface Around extends Pick<CheckDefinition, 'user' | 'memory'> {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
}

interface Interview {
  readonly lines: readonly string[];
  /** Why there may be fewer answers than questions. */
  readonly ending: string | undefined;
}

/**
 * What an untouched image answers. A command is run once however many checks look at what it says, and the questions of all checks of
 * a group are put to one process: starting one costs more than most answers, because the module tests itself each time.
 */
export class Answers {
  readonly #examined: Examined;
  readonly #groups: ReadonlyMap<string, readonly CheckDefinition[]>;
  readonly #commands = new Map<string, Promise<ToolResult>>();
  readonly #interviews = new Map<string, Promise<Interview>>();

  constructor(examined: Examined, definitions: readonly CheckDefinition[]) {
    this.#examined = examined;
    this.#groups = Map.groupBy(definitions.filter(isShared), ({ id }) => groupOf(id));
  }

  /** What a command says and how it ends. Throws as {@link runInImage} does, and FND_TOOL_FAILED when the sandbox did not start it. */
  async run(definition: CheckDefinition, command: Command, around: Around): Promise<ToolResult> {
    if (!isUntouched(definition)) return await runCommand(this.#examined, command, around);
    const key = JSON.stringify(command);
    return await remembered(this.#commands, key, () => runCommand(this.#examined, command, around));
  }

  /**
   * The answers to the questions of a check, in their order. Throws FND_TOOL_MISSING without a suite, and FND_TOOL_FAILED when the probe
   * did not answer each of them with a line and end well.
   */
  async ask(definition: CheckDefinition, around: Around): Promise<readonly string[]> {
    const own = questionsOf(definition);
    if (own.length === 0) return [];
    if (!isShared(definition)) return answersIn(await interview(this.#examined, own, around), 0, own.length);
    const group = this.#groups.get(groupOf(definition.id)) ?? [];
    const at = group.findIndex(({ id }) => id === definition.id);
    const before = group.slice(0, at).flatMap(questionsOf).length;
    const held = await remembered(this.#interviews, groupOf(definition.id), () =>
      interview(this.#examined, group.flatMap(questionsOf), { mounts: [], env: {} }),
    );
    return answersIn(held, before, own.length);
  }
}

/** A program in an image with what it reads. */
export interface Command {
  readonly argv: readonly string[];
  readonly input: string | undefined;
}

async function runCommand(examined: Examined, { argv, input }: Command, around: Around): Promise<ToolResult> {
  return await inSandbox(examined, around, {
    argv,
    timeoutMs: (examined.patience ?? PATIENCE).command,
    ...(input === undefined ? {} : { input }),
  });
}

async function interview(
  examined: Examined,
  questions: readonly Question[],
  around: Around,
): Promise<Interview> {
  const { exitCode, stdout, stderr } = await inSandbox(examined, around, {
    argv: [PROBE],
    input: questions.map(({ ask }) => `${ask}\n`).join(''),
    timeoutMs: (examined.patience ?? PATIENCE).interview,
  });
  const lines = stdout.split('\n').slice(0, -1);
  if (exitCode === 0 && lines.length === questions.length) return { lines, ending: undefined };
  const ending = `the probe answered ${lines.length} of ${questions.length} questions and ended with ${exitCode}: ${stderr.trim().slice(0, 500)}`;
  return { lines: exitCode === 0 || lines.length > questions.length ? [] : lines.slice(0, -1), ending };
}

/** The answers to some questions of an interview. The one before a sudden end is not taken: it may be half of one. */
function answersIn({ lines, ending }: Interview, from: number, count: number): readonly string[] {
  const answers = lines.slice(from, from + count);
  if (answers.length === count) return answers;
  throw new FoundryError('FND_TOOL_FAILED', ending ?? 'the probe did not answer');
}

async function inSandbox(
  { root, config, signal, suite }: Examined,
  { mounts, env, user, memory }: Around,
  run: Pick<ImageRun, 'argv' | 'input' | 'timeoutMs'>,
): Promise<ToolResult> {
  const [program = ''] = run.argv;
  if (suite === undefined && program.startsWith(`${SUITE_IN_IMAGE}/`))
    throw new FoundryError(
      'FND_TOOL_MISSING',
      `there is no ${posix.basename(program)}: the suite is not there`,
      {
        hint: 'Name the package of the suite that was built with the image.',
      },
    );
  const brought = suite === undefined ? [] : [{ source: suite, target: SUITE_IN_IMAGE }];
  const result = await runInImage({
    ...run,
    root,
    config: user === undefined ? config : { config: { ...config.config, User: user } },
    env,
    signal,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    mounts: [...brought, ...mounts],
    mostOutputBytes: MOST_OUTPUT_BYTES,
  });
  // The sandbox speaks on the same channel and ends with 1 as well: what it says is no answer of the image.
  if (result.stderr.startsWith('bwrap: '))
    throw new FoundryError('FND_TOOL_FAILED', `the sandbox did not start it: ${result.stderr.trim()}`);
  return result;
}

async function remembered<T>(
  memory: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = memory.get(key) ?? make();
  memory.set(key, known);
  return await known;
}

/** Whether nothing is laid over the image, no variable is set, and it runs as it says. */
function isUntouched({ overlays = [], env = {}, user, memory }: CheckDefinition): boolean {
  return overlays.length === 0 && Object.keys(env).length === 0 && (user ?? memory) === undefined;
}

function isShared(definition: CheckDefinition): boolean {
  return definition.isAlone !== true && isUntouched(definition);
}

function questionsOf({ probes }: CheckDefinition): Question[] {
  return probes.filter((probe) => 'ask' in probe);
}

/** `FIPS-DIG` of `FIPS-DIG-014`. */
export function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}
