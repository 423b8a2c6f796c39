import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { namedFileError } from '../../adapters/files/write-atomic.ts';
import { parseSha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { SourceRelease } from './source-release.ts';

const TAR_HEADER = 512;
const SEARCH_AT_MOST = 64 * 1024 * 1024;

/**
 * The same release with one byte changed: the first letter of its README.md changes its case. Version and signature stay, so the
 * signature no longer fits. `intoDir` gets the tarball. The same input gives the same tree on every machine.
 * Throws FND_BAD_DATA for a tarball without README.md.
 */
export async function changeSourceBytes(release: SourceRelease, intoDir: string): Promise<SourceRelease> {
  const tarball = join(intoDir, `openssl-${release.version}-changed.tar.gz`);
  const aside = `${tarball}.${process.pid}.tmp`;
  const hash = createHash('sha256');
  try {
    await mkdir(intoDir, { recursive: true });
    await pipeline(
      createReadStream(release.tarball),
      createGunzip(),
      flipFirstLetter(`openssl-${release.version}/README.md`),
      createGzip({ level: constants.Z_BEST_SPEED }),
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      }),
      createWriteStream(aside),
    );
    await rename(aside, tarball);
  } catch (error) {
    await rm(aside, { force: true });
    throw namedFileError(error, tarball);
  }
  const { size } = await stat(tarball);
  const sha256 = parseSha256(hash.digest('hex'), tarball);
  return { ...release, tarball, sha256, size };
}

function flipFirstLetter(name: string): Transform {
  const header = Buffer.concat([Buffer.from(name), Buffer.from([0])]);
  let held: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === undefined) {
        done(null, chunk);
        return;
      }
      held = Buffer.concat([held, chunk]);
      const letter = firstLetterAfter(held, header);
      if (letter === undefined && held.byteLength <= SEARCH_AT_MOST) {
        done();
        return;
      }
      if (letter === undefined) {
        done(withoutReadme(name));
        return;
      }
      held.writeUInt8(held.readUInt8(letter) ^ 0x20, letter);
      done(null, held);
      held = undefined;
    },
    flush(done) {
      done(held === undefined ? null : withoutReadme(name));
    },
  });
}

function firstLetterAfter(tar: Buffer, header: Buffer): number | undefined {
  for (let at = tar.indexOf(header); at >= 0; at = tar.indexOf(header, at + 1)) {
    if (at % TAR_HEADER !== 0) continue;
    for (let byte = at + TAR_HEADER; byte < Math.min(tar.byteLength, at + 2 * TAR_HEADER); byte += 1) {
      if (/[A-Za-z]/.test(String.fromCharCode(tar.readUInt8(byte)))) return byte;
    }
  }
  return undefined;
}

function withoutReadme(name: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `the tarball has no ${name} to change`);
}
