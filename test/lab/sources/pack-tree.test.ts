import { chmod, cp, mkdtemp, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { assert, property, uint8Array } from 'fast-check';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../domain/digest.ts';
import { packTree } from '../../../lab/sources/pack-tree.ts';
import { gzipStored } from '../../../lab/sources/stored-gzip.ts';

const WHEN = new Date('2023-08-01T00:00:00Z');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-pack-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function makeTree(): Promise<string> {
  const tree = join(folder, 'tree');
  await mkdir(join(tree, 'util'), { recursive: true });
  await writeFile(join(tree, 'config'), '#!/bin/sh\n', { mode: 0o700 });
  await writeFile(join(tree, 'util', 'a.pl'), 'print 1;\n', { mode: 0o640 });
  await writeFile(join(tree, 'util-b'), 'sorts after util/ by bytes only\n');
  await symlink('config', join(tree, 'link'));
  return tree;
}

async function entriesOf(tarGzip: Uint8Array): Promise<string[]> {
  const lines: string[] = [];
  for await (const entry of Readable.from([gunzipSync(tarGzip)]).pipe(extract())) {
    const { name, type, mode, uid, gid, mtime, linkname } = entry.header;
    lines.push(
      [name, type, mode?.toString(8), `${uid}:${gid}`, mtime?.toISOString(), linkname ?? ''].join(' ').trim(),
    );
    entry.resume();
  }
  return lines;
}

describe('packing a tree', () => {
  test('sorts, keeps the executable bit, and drops owner and time', async () => {
    const when = WHEN.toISOString();
    expect(await entriesOf(await packTree(await makeTree(), 'x-1', WHEN))).toEqual([
      `x-1/ directory 755 0:0 ${when}`,
      `x-1/config file 755 0:0 ${when}`,
      `x-1/link symlink 777 0:0 ${when} config`,
      `x-1/util/ directory 755 0:0 ${when}`,
      `x-1/util-b file 644 0:0 ${when}`,
      `x-1/util/a.pl file 644 0:0 ${when}`,
    ]);
  });

  test('gives the bytes of the golden digest, whatever time, owner bits and copy', async () => {
    const tree = await makeTree();
    const first = sha256(await packTree(tree, 'x-1', WHEN));
    const copy = join(folder, 'copy');
    await cp(tree, copy, { recursive: true, verbatimSymlinks: true });
    await utimes(join(copy, 'config'), 1, 1);
    await chmod(join(copy, 'util', 'a.pl'), 0o600);
    expect(sha256(await packTree(copy, 'x-1', WHEN))).toBe(first);
    expect(first).toBe('0a55356c009bc1b97e339ea3e5ef53ec01f4227d6a87af5c5b3f3c5b2be6a88a');
  });

  test('one changed byte gives other bytes', async () => {
    const tree = await makeTree();
    const first = sha256(await packTree(tree, 'x-1', WHEN));
    await writeFile(join(tree, 'config'), '#!/bin/sH\n');
    expect(sha256(await packTree(tree, 'x-1', WHEN))).not.toBe(first);
  });
});

describe('gzip without compression', () => {
  test('any bytes come back', () => {
    assert(property(uint8Array(), (data) => Buffer.compare(gunzipSync(gzipStored(data)), data) === 0));
    expect(gzipStored(new Uint8Array()).byteLength).toBe(23);
  });

  test.each([65_534, 65_535, 65_536, 131_070, 131_071])(
    '%d bytes, around the size of a block, come back',
    (size) => {
      const data = Buffer.alloc(size, 'x');
      expect(gunzipSync(gzipStored(data)).equals(data)).toBe(true);
    },
  );
});
