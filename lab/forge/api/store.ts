import { join } from 'node:path';
import type { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../../adapters/files/json-file.ts';

/** A kind of thing the API remembers: its file, its form, and what it is when nothing was remembered yet. */
export interface Collection<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  readonly empty: T;
}

/** What the API remembers between requests and restarts. */
export interface Store {
  /** Throws FND_BAD_DATA when the file has another form. */
  read<T>(collection: Collection<T>): Promise<T>;
  /** Replaces the value by what `change` makes of it; changes of one store run one after the other. */
  update<T>(collection: Collection<T>, change: (value: T) => T): Promise<T>;
}

/** A store of JSON files in a folder; the folder may be removed at any time to forget everything. */
export function openStore(folder: string): Store {
  let last: Promise<unknown> = Promise.resolve();

  async function read<T>(collection: Collection<T>): Promise<T> {
    const value = await readJsonFile(join(folder, collection.file), collection.schema, {
      what: "a file the lab's forge wrote",
      hint: `Remove the folder ${folder}: the forge then forgets what it remembered.`,
    });
    return value === undefined ? collection.empty : value;
  }

  async function update<T>(collection: Collection<T>, change: (value: T) => T): Promise<T> {
    const mine = last.then(async () => {
      const value = change(await read(collection));
      await writeJsonFile(join(folder, collection.file), value);
      return value;
    });
    last = mine.catch(() => undefined);
    return await mine;
  }

  return { read, update };
}
