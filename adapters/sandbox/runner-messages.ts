import { Buffer } from 'node:buffer';
import { FoundryError } from '../../domain/errors.ts';

/** One of several programs that run in the same sandbox, one after the other. */
export interface SharedProgram {
  /** The whole command, the program first. */
  readonly argv: readonly string[];
  readonly input?: string;
  readonly timeoutMs: number;
}

/** What the runner says of a program. */
export type RunnerAnswer =
  | {
      readonly ending: 'ended';
      readonly exitCode: number;
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
    }
  | { readonly ending: 'late' }
  | { readonly ending: 'loud' }
  /** `errno` says why. */
  | { readonly ending: 'unstarted'; readonly errno: number };

const HEADER = /^(ended|late|loud|unstarted) (\d{1,10}) (\d{1,10}) (\d{1,10})$/;
const LONGEST_HEADER = 64;
const NEWLINE = 0x0a;

/** Orders for the runner of the suite, as `images/fips-runner.c` describes them. A program that says more than `mostOutputBytes` on a channel is ended. */
export function encodeOrders(programs: readonly SharedProgram[], mostOutputBytes: number): Uint8Array {
  return Buffer.concat(
    programs.flatMap(({ argv, input = '', timeoutMs }) => {
      const words = [...argv, input].map((word) => Buffer.from(word));
      const lengths = words.map(({ length }) => length);
      const numbers = [timeoutMs, mostOutputBytes, lengths.at(-1), argv.length, ...lengths.slice(0, -1)];
      return [Buffer.from(`${numbers.join(' ')}\n`), ...words];
    }),
  );
}

/** The answers that are there whole: one that breaks off is none. Throws FND_TOOL_OUTPUT for anything else. */
export function decodeAnswers(bytes: Uint8Array): RunnerAnswer[] {
  const answers: RunnerAnswer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1 && bytes.length - at < LONGEST_HEADER) break;
    const line = Buffer.from(bytes.subarray(at, end === -1 ? at + LONGEST_HEADER : end)).toString('latin1');
    const [, ending, number, out, err] = HEADER.exec(line) ?? notUnderstood(line);
    const middle = end + 1 + Number(out);
    const next = middle + Number(err);
    if (next > bytes.length) break;
    const [stdout, stderr] = [bytes.subarray(end + 1, middle), bytes.subarray(middle, next)];
    if (ending === 'ended') answers.push({ ending, exitCode: Number(number), stdout, stderr });
    else if (ending === 'unstarted') answers.push({ ending, errno: Number(number) });
    else answers.push({ ending: ending === 'late' ? 'late' : 'loud' });
    at = next;
  }
  return answers;
}

function notUnderstood(line: string): never {
  throw new FoundryError(
    'FND_TOOL_OUTPUT',
    `the runner of the suite answered what nobody understands: ${JSON.stringify(line.slice(0, LONGEST_HEADER))}`,
  );
}
