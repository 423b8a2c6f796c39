import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import type { Content } from './artifact-store.ts';

/** What a stream of bytes was. */
export interface Measured {
  readonly digest: Sha256;
  readonly size: number;
}

/** How much of a file is read at a time: more than usual, because each piece costs as much as thousands of its bytes. */
export const PIECE = { highWaterMark: 512 * 1024 } as const;

/** The bytes of a content, piece by piece. */
export function piecesOf(content: Content): AsyncIterable<Uint8Array> {
  return content instanceof Uint8Array ? Readable.from([content]) : createReadStream(content.file, PIECE);
}

/** Reads bytes to their end, writing them to `handle` on the way when there is one. */
export async function measure(pieces: AsyncIterable<Uint8Array>, handle?: FileHandle): Promise<Measured> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    size += piece.byteLength;
    await handle?.writeFile(piece);
  }
  return { digest: parseSha256(hash.digest('hex'), 'measured digest'), size };
}

/** Passes bytes on, and fails at their end with `refuse(found)` unless they have the digest. */
export function verifying(digest: Sha256, refuse: (found: Sha256) => Error): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      const found = parseSha256(hash.digest('hex'), 'measured digest');
      done(found === digest ? null : refuse(found));
    },
  });
}
