import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from '../../domain/errors.ts';

const Id = z.int();
const Text = z.string();
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const Code = z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code));

/** What the process that starts programs is asked: a run, or the end of one. */
export const Asked = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('run'),
    id: Id,
    encoding: z.enum(['utf8', 'buffer']),
    /** Whether each line is to be told as it comes. */
    wantsLines: z.boolean(),
    run: z.strictObject({
      tool: Text,
      file: Text,
      args: z.array(Text).readonly(),
      cwd: Text.optional(),
      env: z.record(Text, Text),
      input: z.union([Text, Bytes]).optional(),
      timeoutMs: z.number().optional(),
      mostOutputBytes: z.number().optional(),
      acceptExitCodes: z.array(z.int()).readonly().optional(),
    }),
  }),
  z.strictObject({ ask: z.literal('stop'), id: Id }),
]);
export type Asked = z.infer<typeof Asked>;

const Output = z.union([Text, Bytes]);

/** What it says of a run: a line, what the program printed, or why it failed. */
export const Told = z.discriminatedUnion('tell', [
  z.strictObject({ tell: z.literal('line'), id: Id, line: Text }),
  z.strictObject({ tell: z.literal('printed'), id: Id, stdout: Output, stderr: Output, exitCode: z.int() }),
  z.strictObject({
    tell: z.literal('failed'),
    id: Id,
    /** Null for what no error of ours stands for. */
    code: Code.nullable(),
    message: Text,
    hint: Text.optional(),
  }),
]);
export type Told = z.infer<typeof Told>;
