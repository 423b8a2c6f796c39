import { join } from 'node:path';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { z } from 'zod';
import { hexOf, type OciDigest, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { jsonOf } from '../../domain/json.ts';
import { ifThere } from '../files/if-there.ts';
import { readJsonFile } from '../files/json-file.ts';
import { writeDirectoryOnce, writeFileAtomic } from '../files/write-atomic.ts';
import { readArchiveEntries } from '../oci-layout/archive-entries.ts';
import { ImageManifest } from '../registry/oci-types.ts';
import type { Registry } from '../registry/registry.ts';

const LAYER_TYPE = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip';
const SCHEMA = 2;
const FILES = ['trivy.db', 'metadata.json'] as const;
/** How many databases stay unpacked that nobody has asked for in a while. */
const KEPT = 2;
/** One that was asked for within this time may still be read by a scan, of this foundry or of another one. */
const IN_USE_MS = 3_600_000;

const Metadata = z.object({ Version: z.literal(SCHEMA), UpdatedAt: z.iso.datetime({ offset: true }) });

/** Trivy's vulnerability database, unpacked. */
export interface ScannerDatabase {
  /** Where it was taken from. */
  readonly uri: string;
  /** Of the packed bytes. */
  readonly sha256: Sha256;
  /** When its makers made it, as the database itself says. */
  readonly updatedAt: Date;
  /** The folder that holds it. */
  readonly folder: string;
}

/** Where a database is, and where unpacked ones are kept by their digest. */
export interface DatabaseSource {
  readonly registry: Registry;
  readonly repository: string;
  readonly tag: string;
  readonly cache: string;
}

/**
 * The database that a tag names now. It is downloaded and unpacked once for each digest; Trivy itself downloads nothing.
 * Throws FND_UNREACHABLE, FND_DIGEST_MISMATCH, FND_BAD_DATA for what is no database of Trivy's.
 */
export async function fetchDatabase(source: DatabaseSource): Promise<ScannerDatabase> {
  const { registry, repository, tag, cache } = source;
  const uri = `${registry.host}/${repository}:${tag}`;
  const layer = await layerOf(source, uri);
  const folder = join(cache, hexOf(layer));
  if ((await ifThere(stat(folder))) === undefined) {
    await unpack(await registry.getBlob(repository, layer), folder, uri);
    await removeOld(cache);
  }
  await utimes(folder, new Date(), new Date());
  const metadata = await readJsonFile(join(folder, 'metadata.json'), Metadata, {
    what: "the metadata of Trivy's database",
    hint: 'Remove its folder: it is downloaded again.',
  });
  if (metadata === undefined) throw notOne(uri, 'it has no metadata.json');
  return { uri, sha256: hexOf(layer), updatedAt: new Date(metadata.UpdatedAt), folder };
}

async function layerOf({ registry, repository, tag }: DatabaseSource, uri: string): Promise<OciDigest> {
  const { bytes } = await registry.getManifest(repository, tag);
  const manifest = ImageManifest.safeParse(jsonOf(bytes));
  const [layer, ...more] = manifest.data?.layers ?? [];
  if (layer?.mediaType !== LAYER_TYPE || more.length > 0)
    throw notOne(uri, `its manifest does not have one layer of the type ${LAYER_TYPE}`);
  return layer.digest;
}

async function unpack(layer: Uint8Array, folder: string, uri: string): Promise<void> {
  await writeDirectoryOnce(folder, async (aside) => {
    const found = new Set<string>();
    for await (const { path, type, content } of readArchiveEntries(layer, uri)) {
      if (type !== 'file' || !FILES.some((file) => file === path)) throw notOne(uri, `it holds ${path}`);
      if (path === 'metadata.json' && !Metadata.safeParse(jsonOf(content)).success)
        throw notOne(uri, 'its metadata has another form');
      await writeFileAtomic(join(aside, path), content);
      found.add(path);
    }
    const lost = FILES.filter((file) => !found.has(file));
    if (lost.length > 0) throw notOne(uri, `it has no ${lost.join(', ')}`);
  });
}

async function removeOld(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((entry) => /^[0-9a-f]{64}$/.test(entry));
  const folders = await Promise.all(
    names.map(async (entry) => {
      const path = join(cache, entry);
      return { path, usedAt: (await ifThere(stat(path)))?.mtimeMs ?? 0 };
    }),
  );
  const older = folders.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT);
  for (const { path, usedAt } of older)
    if (Date.now() - usedAt > IN_USE_MS) await rm(path, { recursive: true, force: true });
}

function notOne(uri: string, reason: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${uri} is not Trivy's vulnerability database: ${reason}`);
}
