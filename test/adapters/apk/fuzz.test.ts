import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packGzipMember, peekGzipMember, readGzipMembers } from '../../../adapters/apk/gzip-members.ts';
import { openIndex, renderIndex, signIndex, verifyIndex } from '../../../adapters/apk/index-file.ts';
import { parseIndexRecords, renderIndexRecords } from '../../../adapters/apk/index-record.ts';
import { readIndexRecords } from '../../../adapters/apk/indexed-records.ts';
import { packTarFiles, readTarFiles } from '../../../adapters/apk/tar.ts';
import { readPackageEntries } from '../../../adapters/apk/package-entries.ts';
import { readArchiveEntries } from '../../../adapters/oci-layout/archive-entries.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { almostIndex, anyRecords } from './arbitrary-index.ts';
import { sampleKey, samplePackage } from './sample.ts';

const MIB = 1024 * 1024;
const MANY = { numRuns: 300 };
const { signingKey, keys } = sampleKey();

describe('an index', () => {
  it('of any records comes back as it was, however it is cut into gzip members', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, fc.array(fc.nat(3000), { maxLength: 3 }), async (records, cuts) => {
        const unsigned = await renderIndex({ description: 'any', records }, { mtime: 0 });
        const [{ content } = { content: new Uint8Array() }] = readGzipMembers(unsigned, MIB, 'index');
        const index = await signIndex(inMembers(content, cuts), signingKey, { mtime: 0 });

        const read = await verifyIndex(index, keys, 'index');

        expect(JSON.parse(JSON.stringify(read.records))).toEqual(records);
        expect(renderIndexRecords(read.records)).toBe(renderIndexRecords(records));
        expect(read.records.map(({ provides, buildTime }) => [provides, buildTime])).toEqual(
          records.map(({ provides, buildTime }) => [provides, buildTime]),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('of any text is the same whether it is read at once or as bytes, or is refused', () => {
    fc.assert(
      fc.property(almostIndex, (text) => {
        const atOnce = outcomeOf(() => parseIndexRecords(text, 'index'));
        const asBytes = outcomeOf(() => readIndexRecords(Buffer.from(text), 'index'));
        // A key that is no letter of ASCII is refused in an index, and one package with two checksums is.
        expect([atOnce, 'FND_BAD_DATA']).toContain(asBytes);
      }),
      { numRuns: 1000 },
    );
  });

  it('with two checksums for one package is refused', () => {
    const record = (letter: string): string => `C:Q1${letter.repeat(27)}=\nP:lib\nV:1-r0\n\n`;

    expect(readIndexRecords(Buffer.from(record('A') + record('A')), 'index')).toHaveLength(2);
    expect(() => readIndexRecords(Buffer.from(record('A') + record('B')), 'index')).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_DATA',
        message: expect.stringContaining('index: lib 1-r0 is there twice') as string,
      }),
    );
  });

  it.each([
    ['empty lines', '\n'.repeat(1_000_000)],
    ['one line', `T:${'x'.repeat(2_000_000)}`],
    ['fields', 'F:x\n'.repeat(300_000)],
    ['names', `p:${'a '.repeat(500_000)}`],
  ])('does not hang on a million %s', (_, text) => {
    expect(['[]', 'FND_BAD_DATA']).toContain(outcomeOf(() => readIndexRecords(Buffer.from(text), 'index')));
  });
});

describe('what unpacks to more than it may', () => {
  const bomb = gzipSync(Buffer.alloc(400 * MIB));

  it('is refused before it is signed, or trusted, or in memory', async () => {
    const member = gzipSync(Buffer.concat([await signatureOf(300 * MIB), Buffer.alloc(300 * MIB)]));
    const before = process.memoryUsage.rss();

    for (const file of [bomb, member, Buffer.concat([bomb, bomb])]) {
      await expect(verifyIndex(file, keys, 'index')).rejects.toMatchObject({
        code: expect.stringMatching(/FND_(BAD_DATA|SIGNATURE_REFUSED)/) as string,
      });
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB);
    await expect(openIndex(bomb, 'index')).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  it('is only begun when it is looked into', () => {
    expect(peekGzipMember(bomb, 0, 'bomb').length).toBeLessThan(5 * MIB);
  });
});

describe('a tar archive', () => {
  it('of any files comes back as it was', async () => {
    const file = fc.record({
      name: fc.stringMatching(/^[a-z.]{1,30}$/),
      content: fc.uint8Array({ maxLength: 700 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 4 }), async (files) => {
        const read = await readTarFiles(await packTarFiles(files, { mtime: 0, endOfArchive: true }), 'x');
        expect(read.map(({ name, content }) => [name, Buffer.from(content)])).toEqual(
          files.map(({ name, content }) => [name, Buffer.from(content)]),
        );
      }),
      MANY,
    );
  });

  it('with any bytes changed is read or refused, by each of its readers', async () => {
    const good = Buffer.from(
      await packTarFiles([{ name: 'a', content: Buffer.from('content') }], { mtime: 0, endOfArchive: true }),
    );
    const sample = await samplePackage();
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.uint8Array({ maxLength: 40 }), async (at, noise) => {
        const tar = Buffer.from(good);
        tar.set(noise.subarray(0, tar.length - at), at);
        const packed = gzipSync(tar);
        const outcomes = await Promise.all([
          settled(readTarFiles(tar, 'tar')),
          settled(drained(readPackageEntries({ ...sample, data: packed }, 'package'))),
          settled(drained(readArchiveEntries(packed, 'archive'))),
          settled(drained(readArchiveEntries(packed.subarray(0, at % packed.length), 'cut'))),
        ]);
        for (const outcome of outcomes) expect(['read', 'FND_BAD_DATA']).toContain(outcome);
      }),
      MANY,
    );
  });
});

function inMembers(content: Uint8Array, cuts: readonly number[]): Uint8Array {
  const places = [
    0,
    ...cuts.map((cut) => Math.min(cut, content.length)).toSorted((a, b) => a - b),
    content.length,
  ];
  return Buffer.concat(
    places.slice(1).map((end, at) => packGzipMember(content.subarray(places[at] ?? 0, end))),
  );
}

/** The header of a signature entry that says it is this long. */
async function signatureOf(size: number): Promise<Uint8Array> {
  const header = Buffer.from(
    await packTarFiles([{ name: '.SIGN.RSA256.sample.rsa.pub', content: Buffer.alloc(1) }], { mtime: 0 }),
  ).subarray(0, 512);
  header.write(size.toString(8).padStart(11, '0'), 124, 'latin1');
  return header;
}

function outcomeOf(read: () => unknown): string {
  try {
    return JSON.stringify(read());
  } catch (error) {
    if (error instanceof FoundryError) return error.code;
    throw error;
  }
}

async function settled(reading: Promise<unknown>): Promise<string> {
  return await reading.then(
    () => 'read',
    (error: unknown) => (error instanceof FoundryError ? error.code : String(error)),
  );
}

async function drained(entries: AsyncIterable<unknown>): Promise<void> {
  for await (const entry of entries) void entry;
}
