import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CursorMemory, openCursors } from '../../../adapters/cursors/cursors.ts';

let folder: string;
let path: string;
let memory: CursorMemory;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-cursors-'));
  path = join(folder, 'upstream', 'cursors.json');
  memory = openCursors(path);
});
afterEach(() => rm(folder, { recursive: true }));

it('knows nothing at first, and then what it was told', async () => {
  expect(await memory.read()).toMatchObject({ cursors: null, newest: {}, lookAgain: null, own: null });

  await memory.change((before) => ({ ...before, newest: { 'https://example.com/index': 7 } }));

  expect((await openCursors(path).read()).newest).toEqual({ 'https://example.com/index': 7 });
});

it('loses no change of several at once', async () => {
  const names = Array.from({ length: 8 }, (_, count) => `index-${count}`);

  await Promise.all(
    names.map((name) => memory.change((before) => ({ ...before, newest: { ...before.newest, [name]: 1 } }))),
  );

  expect(Object.keys((await memory.read()).newest).toSorted()).toEqual(names);
  expect((await readdir(join(folder, 'upstream'))).toSorted()).toEqual(['cursors.json', 'cursors.json.lock']);
});

it('refuses a file that is not its own, and says what to do', async () => {
  await memory.change((before) => before);
  await writeFile(path, '{"schemaVersion":2}');

  await expect(memory.read()).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    hint: expect.stringContaining(`Remove ${path}`) as string,
  });
});
