import { sha256, hexOf, type Sha256 } from '../digest.ts';
import { FoundryError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { entryText, type Lock, type LockedFile, type LockedPackage } from './lock.ts';
import type { PinnedVersions } from './open-pins.ts';
import { signatureUrl, sourceUrl } from './source.ts';

const MOST_SHOWN = 10;

/**
 * The digest of what a lock follows from: sources, base image, repository, platforms and packages. Comments, spelling, order,
 * policy, waivers, statements and holds do not count, so that a person can sign something off without a new lock.
 */
export function lockedInputs(versions: PinnedVersions): Sha256 {
  const { core, provider, base, repository, platforms, packages } = versions;
  const certificate = versions.certificate[provider.certificate];
  return sha256(
    canonicalJson({
      core: sourceInputs(core),
      provider: { ...sourceInputs(provider), certificate: provider.certificate },
      fingerprint: certificate?.fingerprint,
      base: { image: base.image, digest: base.digest, signer: base.signer },
      repository: { url: repository.url, key: repository.key },
      platforms: platforms.toSorted(),
      packages: Object.fromEntries(
        Object.entries(packages).map(([purpose, { roots, versions: pinned }]) => [
          purpose,
          { roots: roots.toSorted(), versions: pinned },
        ]),
      ),
    }),
  );
}

/**
 * Passes a lock that was made for these pins and has a file for each of them. Throws FND_STALE_LOCK that names what does not
 * fit. `file` names the lock in the message.
 */
export function requireLockOf(versions: PinnedVersions, lock: Lock, file: string): void {
  const reasons = [...fileGaps(versions, lock), ...packageGaps(versions, lock)];
  if (reasons.length === 0 && lock.pins !== lockedInputs(versions))
    reasons.push('it was made for other pins');
  if (reasons.length === 0) return;
  const shown = reasons.slice(0, MOST_SHOWN);
  if (reasons.length > shown.length) shown.push(`… and ${reasons.length - shown.length} more`);
  throw new FoundryError(
    'FND_STALE_LOCK',
    [`${file} does not belong to these pins:`, ...shown.map((reason) => `  ${reason}`)].join('\n'),
    { hint: 'Run `./foundry ingest`: it writes the lock anew.' },
  );
}

type PinnedSource = PinnedVersions['core'] | PinnedVersions['provider'];

function sourceInputs(source: PinnedSource): Record<string, string | string[]> {
  const { version, sha256: digest } = source;
  return {
    version,
    url: sourceUrl(source),
    sha256: digest,
    signers: source.signers.toSorted(),
    keys: source.keys,
  };
}

function* fileGaps(versions: PinnedVersions, lock: Lock): Generator<string> {
  const files = lock.files.filter((entry) => entry.kind !== 'package');
  const has = (wanted: Partial<LockedFile>): boolean =>
    files.some((file) =>
      Object.entries(wanted).every(([name, value]) => file[name as keyof LockedFile] === value),
    );
  for (const name of ['core', 'provider'] as const) {
    const source = versions[name];
    if (!has({ kind: 'source', name, url: sourceUrl(source), sha256: source.sha256 })) {
      yield `the archive of ${name} ${source.version} is pinned and not locked`;
    }
    if (!has({ kind: 'source-signature', name, url: signatureUrl(source) }))
      yield `the signature of ${name} is not locked`;
    if (!has({ kind: 'source-keys', name, url: source.keys }))
      yield `the public keys of ${name} are not locked`;
  }
  const { base, repository, platforms } = versions;
  const digest = hexOf(base.digest);
  const isThere =
    has({ kind: 'image-index', sha256: digest }) || has({ kind: 'image-manifest', sha256: digest });
  if (!isThere) yield `the base image ${base.digest} is pinned and not locked`;
  if (!has({ kind: 'image-signature', name: 'base' })) yield 'the signature of the base image is not locked';
  if (!has({ kind: 'package-key', url: repository.key.url, sha256: repository.key.sha256 })) {
    yield 'the key of the repository is pinned and not locked';
  }
  for (const platform of platforms) {
    if (!has({ kind: 'package-index', platform })) yield `the package index for ${platform} is not locked`;
    if (!has({ kind: 'image-config', platform })) yield `the base image for ${platform} is not locked`;
  }
}

function* packageGaps(versions: PinnedVersions, lock: Lock): Generator<string> {
  const packages = lock.files.filter((entry) => entry.kind === 'package');
  const platforms = new Set<string>(versions.platforms);
  for (const [purpose, { versions: pinned }] of Object.entries(versions.packages)) {
    const locked = packages.filter((entry) => entry.purposes.some((name) => name === purpose));
    const found = new Set(locked.map((entry) => nameAndVersion(entry)));
    const wanted = new Set(Object.entries(pinned).map(([name, version]) => `${name} ${version}`));
    for (const name of without(wanted, found)) yield `${purpose}: ${name} is pinned and not locked`;
    for (const name of without(found, wanted)) yield `${purpose}: ${name} is locked and not pinned`;
    for (const platform of platforms) {
      const isEmpty = !locked.some((entry) => entry.platform === platform);
      if (wanted.size > 0 && isEmpty) yield `${purpose}: no package is locked for ${platform}`;
    }
  }
  for (const entry of packages) {
    if (!platforms.has(entry.platform)) yield `${entryText(entry)} is for a platform that is not released`;
    for (const purpose of entry.purposes) {
      if (versions.packages[purpose] === undefined)
        yield `${entryText(entry)} is for ${purpose}, which is not pinned`;
    }
  }
}

function nameAndVersion({ name, version }: LockedPackage): string {
  return `${name} ${version}`;
}

function without(all: ReadonlySet<string>, known: ReadonlySet<string>): string[] {
  return [...all].filter((name) => !known.has(name));
}
