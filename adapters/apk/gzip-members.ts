import { constants, crc32, gzipSync, inflateRawSync } from 'node:zlib';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/** One member of a gzip file: its bytes as they stand in the file, and what they hold. */
export interface GzipMember {
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const FIXED_HEADER = 10;
const TRAILER = 8;
/** How much of a member is unpacked to see how it begins, and the most that deflate makes of a byte. */
const BEGINNING = 4096;
const MOST_PER_BYTE = 1032;

/**
 * Reads the gzip member (RFC 1952) that begins at `offset`, whatever follows it. Checksum and length are checked.
 * `maxContent` bounds what it may unpack to. Throws FND_BAD_DATA, naming `what` was read.
 */
export function readGzipMember(
  file: Uint8Array,
  offset: number,
  maxContent: number,
  what: string,
): GzipMember {
  const start = offset + headerLength(file, offset, what);
  const { content, consumed } = inflate(file.subarray(start), maxContent, what);
  const trailer = start + consumed;
  if (trailer + TRAILER > file.length) throw bad(what, 'ends within a gzip member');
  const view = new DataView(file.buffer, file.byteOffset + trailer, TRAILER);
  if (view.getUint32(0, true) !== crc32(content)) throw bad(what, 'has a gzip member with a wrong checksum');
  if (view.getUint32(4, true) !== content.length % 2 ** 32) {
    throw bad(what, 'has a gzip member with a wrong length');
  }
  return { raw: file.subarray(offset, trailer + TRAILER), content };
}

/** How the content of the gzip member begins that stands at `offset`: some bytes, unpacked without the rest. Throws FND_BAD_DATA. */
export function peekGzipMember(file: Uint8Array, offset: number, what: string): Uint8Array {
  const start = offset + headerLength(file, offset, what);
  try {
    return inflateRawSync(file.subarray(start, start + BEGINNING), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: BEGINNING * MOST_PER_BYTE,
    });
  } catch (error) {
    throw cannotUnpack(what, error);
  }
}

/** Reads all members of a gzip file; nothing else may stand in it. `maxContent` bounds all of them together. */
export function readGzipMembers(file: Uint8Array, maxContent: number, what: string): GzipMember[] {
  const members: GzipMember[] = [];
  let offset = 0;
  let left = maxContent;
  while (offset < file.length) {
    const member = readGzipMember(file, offset, left, what);
    members.push(member);
    offset += member.raw.length;
    left -= member.content.length;
  }
  return members;
}

/** Packs content into one gzip member without name and time: the same content gives the same bytes with the same Node. */
export function packGzipMember(content: Uint8Array): Uint8Array {
  return gzipSync(content, { level: 9 });
}

function inflate(
  data: Uint8Array,
  maxContent: number,
  what: string,
): { content: Uint8Array; consumed: number } {
  try {
    const { buffer, engine } = inflateRawSync(data, {
      info: true,
      maxOutputLength: Math.max(maxContent, 1),
      chunkSize: chunkFor(data, maxContent),
    }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    throw cannotUnpack(what, error);
  }
}

/**
 * A large member is unpacked in one piece, which otherwise is in memory twice: a file ends with the length of its last member.
 * Whatever it says there, no more is set aside than there may be.
 */
function chunkFor(data: Uint8Array, maxContent: number): number {
  const said =
    data.length < 4 ? 0 : new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0, true);
  return Math.max(Math.min(said, maxContent, data.length * MOST_PER_BYTE) + 1, BEGINNING);
}

function headerLength(file: Uint8Array, offset: number, what: string): number {
  const header = file.subarray(offset);
  const flags = header[3];
  if (header.length < FIXED_HEADER || flags === undefined) throw bad(what, 'ends within a gzip header');
  if (header[0] !== 0x1f || header[1] !== 0x8b || header[2] !== 8 || (flags & FLAG.reserved) !== 0) {
    throw bad(what, `has no gzip member at byte ${offset}`);
  }
  let at = FIXED_HEADER;
  if ((flags & FLAG.extra) !== 0) at += 2 + (header[at] ?? 0) + (header[at + 1] ?? 0) * 256;
  if ((flags & FLAG.name) !== 0) at = afterZero(header, at, what);
  if ((flags & FLAG.comment) !== 0) at = afterZero(header, at, what);
  if ((flags & FLAG.headerCrc) !== 0) at += 2;
  if (at >= header.length) throw bad(what, 'ends within a gzip header');
  return at;
}

function afterZero(header: Uint8Array, from: number, what: string): number {
  const zero = header.indexOf(0, from);
  if (zero < 0) throw bad(what, 'ends within a gzip header');
  return zero + 1;
}

function cannotUnpack(what: string, error: unknown): FoundryError {
  return bad(what, `has a gzip member that cannot be unpacked (${messageOf(error)})`, error);
}

function bad(what: string, reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${what} ${reason}`, { cause });
}
