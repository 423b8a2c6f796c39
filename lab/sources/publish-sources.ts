import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import type { Sources } from './ensure-sources.ts';
import type { SourceRelease } from './source-release.ts';

/** The folder of one release under the served tree, shaped like OpenSSL's real download address. */
export function releasePath(version: string): string {
  return `openssl/openssl/releases/download/openssl-${version}`;
}

/**
 * Puts a release into a served tree: tarball, `.sha256` as `sha256sum` writes it, and `.asc`. The signature has the time of the release,
 * so that the age of a release is the same in every lab.
 */
export async function publishRelease(release: SourceRelease, publicDir: string): Promise<void> {
  const file = `openssl-${release.version}.tar.gz`;
  const path = join(publicDir, releasePath(release.version), file);
  await linkOrCopy(release.tarball, path);
  await writeFileAtomic(`${path}.sha256`, `${release.sha256} *${file}\n`);
  await writeFileAtomic(`${path}.asc`, await readFile(release.asc));
  const published = new Date(`${release.published}T12:00:00Z`);
  await utimes(`${path}.asc`, published, published);
}

/** Puts the public keys into a served tree: OpenSSL's at `openssl/pubkeys.asc`, the lab's at `openssl/lab-release-key.asc`. */
export async function publishKeys(sources: Sources, publicDir: string): Promise<void> {
  await writeFileAtomic(join(publicDir, 'openssl', 'pubkeys.asc'), await readFile(sources.officialKeys));
  await writeFileAtomic(join(publicDir, 'openssl', 'lab-release-key.asc'), await readFile(sources.labKey));
}
