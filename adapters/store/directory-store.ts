import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Artifact } from '../../domain/artifact.ts';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import { ifThere } from '../files/if-there.ts';
import { isCode, namedFileError } from '../files/write-atomic.ts';
import { type ArtifactStore, type Content, damaged, missing, type StoredArtifact } from './artifact-store.ts';
import { type Measured, measure, piecesOf, PIECE, verifying } from './hashing.ts';
import { through, writeVerified } from './verified-read.ts';

const READ_ONLY = 0o444;
const ENTRY = /^[0-9a-f]{64}$/;
const REPAIR = 'Put the same bytes again: that replaces the entry.';

/**
 * A store in a folder: `sha256/<two digits>/<hex>`, each entry a read-only file. Bytes are written aside under `incoming/`, on
 * the same disk, and linked into place when their digest is known. A damaged entry is replaced when its bytes are put again.
 */
export function openDirectoryStore(root: string): ArtifactStore {
  const pathOf = (digest: Sha256): string => join(root, 'sha256', digest.slice(0, 2), digest);
  return {
    has: async (digest) => (await sizeOf(pathOf(digest))) !== undefined,
    put: (content, mediaType) => put(root, pathOf, content, mediaType),
    openRead: (digest) => openRead(root, pathOf(digest), digest),
    fetchTo: async (digest, path) => writeVerified(await openRead(root, pathOf(digest), digest), path),
    list: () => list(join(root, 'sha256')),
    remove: (digest) => rm(pathOf(digest), { force: true }),
  };
}

async function put(
  root: string,
  pathOf: (digest: Sha256) => string,
  content: Content,
  mediaType: string,
): Promise<Artifact> {
  const aside = join(root, 'incoming', randomBytes(12).toString('hex'));
  try {
    const there = await measure(piecesOf(content));
    if (await isWhole(pathOf(there.digest), there.digest)) return { ...there, mediaType };
    await mkdir(join(root, 'incoming'), { recursive: true });
    const { digest, size } = await writeAside(aside, content);
    await enter(aside, pathOf(digest), digest);
    return { digest, size, mediaType };
  } catch (error) {
    throw namedFileError(error, root);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Most of what is put is there already: then nothing is written, and nobody waits for a disk. */
async function isWhole(path: string, digest: Sha256): Promise<boolean> {
  if ((await sizeOf(path)) === undefined) return false;
  return (await measure(createReadStream(path, PIECE))).digest === digest;
}

async function writeAside(aside: string, content: Content): Promise<Measured> {
  const handle = await open(aside, 'wx', 0o600);
  try {
    const measured = await measure(piecesOf(content), handle);
    // An entry must not be there with nothing in it after a power cut.
    await handle.sync();
    return measured;
  } finally {
    await handle.close();
  }
}

async function enter(aside: string, path: string, digest: Sha256): Promise<void> {
  await chmod(aside, READ_ONLY);
  await mkdir(join(path, '..'), { recursive: true });
  try {
    await link(aside, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    if (!(await isWhole(path, digest))) await rename(aside, path);
  }
}

async function openRead(root: string, path: string, digest: Sha256): Promise<Readable> {
  if ((await sizeOf(path)) === undefined) throw missing(digest, root);
  const check = verifying(digest, (found) => damaged(digest, found, path, REPAIR));
  return through(createReadStream(path, PIECE), check);
}

async function list(folder: string): Promise<StoredArtifact[]> {
  const names = (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const entries: StoredArtifact[] = [];
  for (const name of names.toSorted()) {
    for (const hex of (await namesIn(join(folder, name))).filter((hex) => ENTRY.test(hex)).toSorted()) {
      const size = await sizeOf(join(folder, name, hex));
      if (size !== undefined) entries.push({ digest: parseSha256(hex, folder), size });
    }
  }
  return entries;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await ifThere(readdir(folder))) ?? [];
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifThere(stat(path)))?.size;
}
