import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { signDetached } from '../../adapters/pgp/detached-signature.ts';
import type { SigningKey } from '../../adapters/pgp/signing-key.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import { fetchCrate } from '../archive/crate-archive.ts';
import { packTree } from './pack-tree.ts';
import type { CrateRelease } from './release-pins.ts';
import { lineOf, type SourceRelease } from './source-release.ts';
import { parseVersionFile } from './version-file.ts';

/**
 * A release from a crate's tree: repacked always to the same bytes, signed by the lab's own key.
 * Throws what `fetchCrate` throws, and FND_DIGEST_MISMATCH when the repacked bytes are not the pinned ones.
 */
export async function makeCrateRelease(
  release: CrateRelease,
  context: {
    readonly cratesDir: string;
    readonly tarballsDir: string;
    readonly stockDir: string;
    readonly labKey: SigningKey;
    readonly report: Report;
    readonly signal?: AbortSignal;
  },
): Promise<SourceRelease> {
  const { version } = release;
  const crate = await fetchCrate(release.crate, {
    cacheDir: context.cratesDir,
    report: context.report,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  const tree = join(crate, 'openssl');
  const file = parseVersionFile(await readFile(join(tree, 'VERSION.dat'), 'utf8'));
  if (file.version !== version) {
    throw new FoundryError('FND_BAD_DATA', `crate ${release.crate.version} carries OpenSSL ${file.version}`);
  }
  const tarball = join(context.tarballsDir, `openssl-${version}-${release.repacked.slice(0, 16)}.tar.gz`);
  const bytes =
    (await ifThere(readFile(tarball))) ?? (await repack(tree, release, file.released, tarball, context));
  if (sha256(bytes) !== release.repacked) throw differs(release, sha256(bytes));
  const asc = join(context.stockDir, `openssl-${version}.tar.gz.asc`);
  const { privateKey } = context.labKey;
  await writeFileAtomic(asc, await signDetached({ data: bytes, privateKey, at: new Date() }));
  return {
    version,
    line: lineOf(version),
    tarball,
    asc,
    sha256: release.repacked,
    size: (await stat(tarball)).size,
    origin: 'crate',
    originVersion: `${release.crate.name} ${release.crate.version}`,
    signerFingerprint: context.labKey.fingerprint,
    signerKeyExpired: false,
    published: file.released.toISOString().slice(0, 10),
    buildable: release.buildable,
  };
}

async function repack(
  tree: string,
  release: CrateRelease,
  released: Date,
  tarball: string,
  context: { readonly report: Report },
): Promise<Uint8Array> {
  context.report(`repacking OpenSSL ${release.version} from the crate`);
  const bytes = await packTree(tree, `openssl-${release.version}`, released);
  const found = sha256(bytes);
  if (found !== release.repacked) throw differs(release, found);
  await writeFileAtomic(tarball, bytes);
  return bytes;
}

function differs(release: CrateRelease, found: string): FoundryError {
  return new FoundryError(
    'FND_DIGEST_MISMATCH',
    `OpenSSL ${release.version} repacked from the crate: pinned ${release.repacked}, found ${found}`,
    { hint: 'Remove the lab cache and run the same command again.' },
  );
}
