import * as fc from 'fast-check';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { assignPorts, readPortBook, writePortBook } from '../../../services/ports/port-book.ts';

const taken = (name: string, port: number): Promise<FoundryError> =>
  Promise.resolve(new FoundryError('FND_PORT_TAKEN', `${name} ${port}`));
const allFree = (): Promise<boolean> => Promise.resolve(true);

it('keeps the ports of the last time', async () => {
  await withTemporaryDirectory(async (folder) => {
    const path = join(folder, 'ports.json');
    await writePortBook(path, { registry: 5005 });

    const book = await assignPorts({
      kept: await readPortBook(path),
      names: ['registry'],
      wanted: {},
      isFree: allFree,
      taken,
    });

    expect(book).toEqual({ registry: 5005 });
  });
});

it('refuses a kept port that is taken, by name', async () => {
  const wishes = {
    kept: { registry: 5005 },
    names: ['registry'],
    wanted: {},
    isFree: () => Promise.resolve(false),
    taken,
  };
  await expect(assignPorts(wishes)).rejects.toThrow('registry 5005');
});

it('lets a wanted port win over a kept one, and keeps the ports of services not started now', async () => {
  const kept = { registry: 5005, oidc: 5006 };
  const book = await assignPorts({
    kept,
    names: ['registry'],
    wanted: { registry: 6000 },
    isFree: allFree,
    taken,
  });
  expect(book).toEqual({ registry: 6000, oidc: 5006 });
});

it('refuses one port for two names', async () => {
  const wishes = {
    kept: { oidc: 5006 },
    names: ['registry'],
    wanted: { registry: 5006 },
    isFree: allFree,
    taken,
  };
  await expect(assignPorts(wishes)).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
});

it('gives every new name a port of its own that is free', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 8 }),
      fc.array(fc.integer({ min: 20_000, max: 20_020 }), { minLength: 1, maxLength: 300 }),
      async (names, picks) => {
        let next = 0;
        const fallback = (): number => 21_000 + next;
        const pick = (): number => picks[next++] ?? fallback();
        const isFree = (port: number): Promise<boolean> => Promise.resolve(port % 3 !== 0);

        const book = await assignPorts({ kept: {}, names, wanted: {}, isFree, taken, pick }).catch(
          () => undefined,
        );

        if (book === undefined) return;
        const ports = Object.values(book);
        expect(Object.keys(book).toSorted()).toEqual(names.toSorted());
        expect(new Set(ports).size).toBe(ports.length);
        expect(ports.every((port) => port % 3 !== 0)).toBe(true);
      },
    ),
  );
});

it('gives up with a next step when no port is free', async () => {
  const wishes = { kept: {}, names: ['registry'], wanted: {}, isFree: () => Promise.resolve(false), taken };
  await expect(assignPorts(wishes)).rejects.toMatchObject({ code: 'FND_PORT_TAKEN' });
});

it.each(['', '[]', '{"registry": "5005"}', '{"registry": 0}', '{"registry": 65536}'])(
  'refuses a file that holds %j',
  async (text) => {
    await withTemporaryDirectory(async (folder) => {
      await writeFile(join(folder, 'ports.json'), text);
      await expect(readPortBook(join(folder, 'ports.json'))).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
    });
  },
);
