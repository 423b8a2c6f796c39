import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { packGzipMember, readGzipMembers } from '../../../adapters/apk/gzip-members.ts';
import { openIndex, renderIndex, signIndex, verifyIndex } from '../../../adapters/apk/index-file.ts';
import { parseIndexRecords, renderIndexRecords } from '../../../adapters/apk/index-record.ts';
import type { KeyRing, SigningKey } from '../../../adapters/apk/keys.ts';
import { packTarFiles } from '../../../adapters/apk/tar.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { sampleKey, sampleRepository } from './sample.ts';

const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'apk', 'APKINDEX');

describe('the records of an index', () => {
  test('render to the bytes that clients read', async () => {
    const { record } = await sampleRepository(sampleKey().signingKey);
    const stable = { ...record, checksum: `Q1${'A'.repeat(27)}=`, size: 4321 };

    expect(renderIndexRecords([stable, { ...stable, name: 'second', depends: [] }])).toBe(
      await readFile(GOLDEN, 'utf8'),
    );
  });

  test('come back as they were, unknown keys included', async () => {
    const text = (await readFile(GOLDEN, 'utf8')).replace('\np:', '\nF:folder\nZ:\np:');

    const records = parseIndexRecords(text, 'APKINDEX');

    expect(records.map((record) => record.name)).toEqual(['sample', 'second']);
    expect(records[0]?.others).toEqual([
      ['F', 'folder'],
      ['Z', ''],
    ]);
    expect(parseIndexRecords(renderIndexRecords(records), 'APKINDEX')[0]?.others).toEqual([['F', 'folder']]);
  });

  test.each([
    ['a line without a key', 'garbage\n', 'line 1: cannot read "garbage"'],
    ['a key twice', 'P:a\nP:b\n', 'line 2: cannot read "P:b"'],
    ['no checksum', 'P:a\nV:1\n\n', '"" is not a Q1 checksum'],
    ['a checksum of another kind', `C:X1${'A'.repeat(27)}=\nP:a\nV:1\n\n`, 'is not a Q1 checksum'],
    ['a name that is a path', `C:Q1${'A'.repeat(27)}=\nP:../a\nV:1\n\n`, '"../a" is not a package name'],
    ['a bad version', `C:Q1${'A'.repeat(27)}=\nP:a\nV:one\n\n`, '"one" is not an apk version'],
    ['a bad size', `C:Q1${'A'.repeat(27)}=\nP:a\nV:1\nS:-1\n\n`, '"-1" is not a count'],
  ])('with %s are refused', (_, text, message) => {
    expect(() => parseIndexRecords(text, 'APKINDEX')).toThrow(message);
  });

  test('parse to records or to a FoundryError, whatever the text', () => {
    const piece = fc.constantFrom('C:', 'P:x', 'V:1', '\n', 'S:9', '::', 'p:a b', '\0');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(['records', 'refused']).toContain(outcomeOfText(pieces.join('\n')));
      }),
    );
  });
});

describe('verifying an index', () => {
  let signingKey: SigningKey;
  let keys: KeyRing;
  let index: Uint8Array;

  beforeAll(async () => {
    ({ signingKey, keys } = sampleKey());
    ({ index } = await sampleRepository(signingKey));
  });

  test('accepts what its key signed', async () => {
    const verified = await verifyIndex(index, keys, 'APKINDEX');

    expect(verified.description).toBe('samples');
    expect(verified.records.map((record) => record.name)).toEqual(['sample']);
  });

  test('refuses an index without a signature, which can still be opened without asking', async () => {
    const unsigned = await renderIndex({ description: 'unsigned', records: [] }, { mtime: 0 });

    await expect(verifyIndex(unsigned, keys, 'APKINDEX')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
    });
    expect(await openIndex(unsigned, 'APKINDEX')).toEqual({ description: 'unsigned', records: [] });
  });

  test('refuses the signature of another index', async () => {
    const other = await renderIndex({ description: 'other', records: [] }, { mtime: 0 });
    const signature = index.subarray(0, index.length - readUnsigned(index).length);

    await expect(verifyIndex(Buffer.concat([signature, other]), keys, 'APKINDEX')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining('does not fit the bytes'),
    });
  });

  test('refuses bytes after a signed index', async () => {
    const longer = Buffer.concat([index, packGzipMember(Buffer.from('more'))]);

    await expect(verifyIndex(longer, keys, 'APKINDEX')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
    });
  });

  test('refuses a signed archive without an APKINDEX', async () => {
    const empty = packGzipMember(
      await packTarFiles([{ name: 'DESCRIPTION', content: Buffer.from('x') }], {
        mtime: 0,
        endOfArchive: true,
      }),
    );

    await expect(
      verifyIndex(await signIndex(empty, signingKey, { mtime: 0 }), keys, 'APKINDEX'),
    ).rejects.toMatchObject({ code: 'FND_BAD_DATA', message: 'APKINDEX holds no APKINDEX' });
  });

  test('any flipped bit is refused, or is in the packing of the signature and changes nothing', async () => {
    const truth = JSON.stringify(await verifyIndex(index, keys, 'APKINDEX'));
    for (let at = 0; at < index.length; at += 1) {
      const changed = Buffer.from(index);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(['refused', truth], `byte ${at}`).toContain(await outcomeOf(changed, keys));
    }
  });

  test('any truncation is refused', async () => {
    for (let length = 0; length < index.length; length += 1) {
      expect(await outcomeOf(index.subarray(0, length), keys), `length ${length}`).toBe('refused');
    }
  });
});

async function outcomeOf(bytes: Uint8Array, keys: KeyRing): Promise<string> {
  try {
    return JSON.stringify(await verifyIndex(bytes, keys, 'APKINDEX'));
  } catch (error) {
    if (error instanceof FoundryError) return 'refused';
    throw error;
  }
}

function readUnsigned(index: Uint8Array): Uint8Array {
  return readGzipMembers(index, 1_000_000, 'APKINDEX').at(-1)?.raw ?? new Uint8Array();
}

function outcomeOfText(text: string): string {
  try {
    parseIndexRecords(text, 'APKINDEX');
    return 'records';
  } catch (error) {
    if (error instanceof FoundryError) return 'refused';
    throw error;
  }
}
