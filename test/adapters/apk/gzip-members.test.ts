import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packGzipMember, readGzipMember, readGzipMembers } from '../../../adapters/apk/gzip-members.ts';

const MIB = 1024 * 1024;

describe('gzip members', () => {
  test('come back one by one, with the raw bytes they had', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }), (contents) => {
        const packed = contents.map(packGzipMember);

        const members = readGzipMembers(Buffer.concat(packed), MIB, 'file');

        expect(members.map((member) => Buffer.from(member.content))).toEqual(
          contents.map((c) => Buffer.from(c)),
        );
        expect(members.map((member) => Buffer.from(member.raw))).toEqual(packed.map((p) => Buffer.from(p)));
      }),
    );
  });

  test('with extra field, name, comment and header checksum are read', () => {
    const plain = gzipSync('content');
    const fields = Buffer.from([3, 0, 1, 2, 3, ...Buffer.from('name\0comment\0'), 9, 9]);
    const header = Buffer.from(plain.subarray(0, 10));
    header[3] = 2 | 4 | 8 | 16;

    const member = readGzipMember(Buffer.concat([header, fields, plain.subarray(10)]), 0, MIB, 'file');

    expect(Buffer.from(member.content).toString()).toBe('content');
  });

  test('that unpack to more than allowed are refused', () => {
    const bomb = gzipSync(Buffer.alloc(10 * MIB));

    expect(() => readGzipMember(bomb, 0, MIB, 'file')).toThrow(
      /^file has a gzip member that cannot be unpacked/,
    );
    expect(() => readGzipMembers(Buffer.concat([gzipSync('a'), gzipSync('bc')]), 2, 'file')).toThrow(
      /cannot be unpacked/,
    );
  });

  test.each([
    ['nothing', Buffer.from(''), 'ends within a gzip header'],
    ['something else', Buffer.from('not a gzip file at all'), 'has no gzip member at byte 0'],
    ['a wrong checksum', spoil(gzipSync('content'), -8), 'wrong checksum'],
    ['a wrong length', spoil(gzipSync('content'), -4), 'wrong length'],
    ['a missing trailer', gzipSync('content').subarray(0, -3), 'ends within a gzip member'],
  ])('of %s are refused', (_, bytes, message) => {
    expect(() => readGzipMember(bytes, 0, MIB, 'file')).toThrow(message);
  });
});

function spoil(bytes: Buffer, at: number): Buffer {
  const index = bytes.length + at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes;
}
