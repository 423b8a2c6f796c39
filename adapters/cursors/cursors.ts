import { join } from 'node:path';
import { z } from 'zod';
import { FileMark } from '../download/conditional.ts';
import { readJsonFile, writeJsonFile } from '../files/json-file.ts';
import { withFileLock } from '../host/file-lock.ts';

/** What is known of one upstream: the version of a file, or the digest that a tag has. */
export const Cursor = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['file', 'image']),
  address: z.string().min(1),
  /** Null for an upstream that was never asked. */
  mark: z.union([FileMark, z.string()]).nullable(),
});
export type Cursor = z.infer<typeof Cursor>;

/** From where the next poll goes on. */
export const Cursors = z.strictObject({
  /** The head of the branch of the pins. */
  commit: z.string(),
  upstreams: z.array(Cursor),
});
export type Cursors = z.infer<typeof Cursors>;

/** Everything that is remembered of the upstreams. */
const Remembered = z.strictObject({
  schemaVersion: z.literal(1),
  /** Null until a run went well. */
  cursors: Cursors.nullable(),
  /** The newest build time in a package index, in seconds, by the address of the index: an index that ends before it is an old one. */
  newest: z.record(z.string(), z.int().nonnegative()),
  /** When there is something to decide again though no upstream has changed. */
  lookAgain: z.iso.datetime().nullable(),
  /** The commit that we put on top of another one: it is no news. */
  own: z.strictObject({ on: z.string(), commit: z.string() }).nullable(),
});
export type Remembered = z.infer<typeof Remembered>;

const NOTHING: Remembered = { schemaVersion: 1, cursors: null, newest: {}, lookAgain: null, own: null };

/** What is remembered of the upstreams, in a file that may be deleted at any time: everything is news then. */
export interface CursorMemory {
  /** Throws FND_BAD_DATA for a file that we did not write. */
  read(): Promise<Remembered>;
  /** Changes it, whole or not at all, and one at a time. Throws as {@link CursorMemory.read} does; FND_DISK_FULL. */
  change(change: (before: Remembered) => Remembered): Promise<void>;
}

/** Where the memory is under a state folder. */
export function cursorsPath(stateDir: string): string {
  return join(stateDir, 'upstream', 'cursors.json');
}

/** Opens the memory in a file. */
export function openCursors(path: string): CursorMemory {
  const read = async (): Promise<Remembered> =>
    (await readJsonFile(path, Remembered, {
      what: 'what the foundry remembers of its upstreams',
      hint: `Remove ${path}: everything is asked anew then, and an older package index is no longer noticed once.`,
    })) ?? NOTHING;
  return {
    read,
    change: (change) =>
      withFileLock({ path: `${path}.lock`, onWait: () => undefined }, async () =>
        writeJsonFile(path, change(await read())),
      ),
  };
}
