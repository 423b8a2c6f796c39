import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { verifyDetached } from '../../adapters/pgp/detached-signature.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { DebianArchive } from '../archive/debian-archive.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { readFromTarball } from './read-tarball.ts';
import { OFFICIAL_TARBALLS, OPENSSL_RELEASE_KEYS } from './release-pins.ts';
import { compareReleases, lineOf, type SourceRelease } from './source-release.ts';
import { parseVersionFile } from './version-file.ts';

/** An official release with what its source package carries beside it. */
interface OfficialRelease {
  readonly release: SourceRelease;
  /** The release's own CHANGES.md. */
  readonly changes: string;
  /** The public keys of OpenSSL, as Debian's maintainers ship them; trusted only by pinned fingerprint. */
  readonly keys: string;
}

export interface OfficialReleases {
  /** Oldest first. */
  readonly taken: readonly OfficialRelease[];
  readonly skipped: readonly { version: string; reason: string }[];
}

/** What of Debian's archive is needed here. */
export type SourceArchive = Pick<DebianArchive, 'sourceVersions' | 'fetchSource'>;

interface Context {
  readonly archive: SourceArchive;
  readonly tarballsDir: string;
  readonly stockDir: string;
  readonly report: Report;
}

/**
 * Takes every official release of a line that Debian's source packages carry now, with its verified OpenSSL signature.
 * An archive in motion may list what it cannot give: that is skipped and told. Throws FND_SIGNATURE_REFUSED or FND_DIGEST_MISMATCH
 * for a tarball that is not OpenSSL's.
 */
export async function takeOfficialReleases(line: string, context: Context): Promise<OfficialReleases> {
  const taken: OfficialRelease[] = [];
  const skipped: { version: string; reason: string }[] = [];
  for (const [version, debianVersion] of newestRevisions(
    await context.archive.sourceVersions('openssl'),
    line,
  )) {
    let folder: string;
    try {
      folder = await context.archive.fetchSource('openssl', debianVersion);
    } catch (error) {
      if (!(error instanceof FoundryError) || error.code !== 'FND_ARCHIVE_UNREACHABLE') throw error;
      context.report(`the archive lists openssl ${debianVersion} but cannot give it; going on without`);
      skipped.push({ version: debianVersion, reason: messageOf(error).split('\n')[0] ?? '' });
      continue;
    }
    taken.push(await takeOfficialRelease(version, debianVersion, folder, context));
  }
  return { taken, skipped };
}

/** The newest Debian revision of each upstream version of a line, oldest upstream first; input newest first. */
export function newestRevisions(debianVersions: readonly string[], line: string): [string, string][] {
  const newest = new Map<string, string>();
  for (const debianVersion of debianVersions) {
    const upstream = /^(?:\d+:)?(\d+\.\d+\.\d+)-[^-]+$/.exec(debianVersion)?.[1];
    if (upstream !== undefined && lineOf(upstream) === line && !newest.has(upstream)) {
      newest.set(upstream, debianVersion);
    }
  }
  return [...newest].sort(([a], [b]) => compareReleases(a, b));
}

async function takeOfficialRelease(
  version: string,
  debianVersion: string,
  folder: string,
  context: Context,
): Promise<OfficialRelease> {
  const original = join(folder, `openssl_${version}.orig.tar.gz`);
  const signature = await readOrExplain(`${original}.asc`, debianVersion);
  const data = await readFile(original);
  const digest = sha256(data);
  const known = OFFICIAL_TARBALLS[version];
  if (known !== undefined && known !== digest) {
    throw new FoundryError(
      'FND_DIGEST_MISMATCH',
      `openssl-${version}.tar.gz from Debian's source package: known as ${known}, found ${digest}`,
    );
  }
  const keys = await signingKeys(folder);
  const at = new Date();
  const signed = await verifyDetached({
    data,
    signature,
    keys,
    expectedFingerprints: OPENSSL_RELEASE_KEYS,
    at,
  });
  const names = { version: `openssl-${version}/VERSION.dat`, changes: `openssl-${version}/CHANGES.md` };
  const files = await readFromTarball(original, Object.values(names));
  const { released } = parseVersionFile(files.get(names.version)?.toString('utf8') ?? '');
  const tarball = join(context.tarballsDir, `openssl-${version}-${digest.slice(0, 16)}.tar.gz`);
  await linkOrCopy(original, tarball);
  const asc = join(context.stockDir, `openssl-${version}.tar.gz.asc`);
  await writeFileAtomic(asc, signature);
  const expired = signed.keyExpired ? ', by a key that has expired since' : '';
  context.report(
    `OpenSSL ${version}: official tarball, signature by ${signed.fingerprint} verified${expired}`,
  );
  return {
    keys,
    changes: files.get(names.changes)?.toString('utf8') ?? '',
    release: {
      version,
      line: lineOf(version),
      tarball,
      asc,
      sha256: digest,
      size: data.byteLength,
      origin: 'debian-source',
      originVersion: `openssl ${debianVersion}`,
      signerFingerprint: signed.fingerprint,
      signerKeyExpired: signed.keyExpired,
      published: released.toISOString().slice(0, 10),
      buildable: true,
    },
  };
}

async function signingKeys(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => /\.debian\.tar\.[a-z]+$/.test(file));
  if (name === undefined)
    throw new FoundryError('FND_BAD_DATA', `${folder}: a source package without its Debian part`);
  const { stdout } = await runTool({
    tool: 'tar (Debian part of the OpenSSL source package)',
    file: 'tar',
    args: ['-xOf', join(folder, name), 'debian/upstream/signing-key.asc'],
  });
  return stdout;
}

async function readOrExplain(path: string, debianVersion: string): Promise<string> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text !== undefined) return text;
  throw new FoundryError(
    'FND_SIGNATURE_REFUSED',
    `Debian's source package openssl ${debianVersion} carries no upstream signature`,
  );
}
