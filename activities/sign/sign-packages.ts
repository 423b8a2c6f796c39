import { renderIndex, signIndex } from '../../adapters/apk/index-file.ts';
import { indexRecordOf, type IndexRecord } from '../../adapters/apk/index-record.ts';
import type { SigningKey } from '../../adapters/apk/keys.ts';
import { openPackage, type PackageFile, signPackage, verifyData } from '../../adapters/apk/package-file.ts';
import { publicKeyPem } from '../../adapters/apk/signing-key-file.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { architectureOf, isOwnPackage, type Platform } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import type { SignedRepository } from '../artifacts/signed-repository.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { packageFacts } from './package-facts.ts';
import { inputOf } from './recorded-work.ts';

/** What signing packages needs from whoever runs it. Only the signing process has the key. */
export interface PackageSigningDependencies {
  readonly store: ArtifactStore;
  readonly getKey: () => Promise<SigningKey>;
  /** What the server recorded of the release that asks. */
  readonly readRelease: () => Promise<RecordedRelease>;
  readonly report: Report;
}

/** The packages that we built, signed. May be repeated at any time: the same packages give the same bytes. */
export interface PackageSigningActivities {
  /**
   * Signs the packages that both builders made of a plan and an index of them, when history shows it and every image made from them was
   * verified. Throws FND_NOT_RECORDED, FND_BAD_DATA for a package that is not what it is called, FND_DIGEST_MISMATCH, FND_PERMISSION for
   * a key that others may read, and what the store throws.
   */
  readonly signPackages: (order: {
    readonly plan: Artifact;
    readonly platform: Platform;
  }) => Promise<SignedRepository>;
}

const TYPES = {
  package: 'application/vnd.alpine.apk',
  index: 'application/gzip',
  key: 'application/x-pem-file',
} as const;

/** The activity with what it works on. */
export function createPackageSigningActivities(
  dependencies: PackageSigningDependencies,
): PackageSigningActivities {
  return {
    async signPackages({ plan, platform }) {
      const release = await dependencies.readRelease();
      const packages = packageFacts(release, { plan, platform });
      const { version, commit } = inputOf(release);
      const signed = await signRepository(
        dependencies,
        platform,
        packages,
        `OpenSSL ${version} of commit ${commit}`,
      );
      dependencies.report(`${packages.length} packages for ${platform} are signed with ${signed.keyName}`);
      return signed;
    },
  };
}

/** Signs packages and an index of them. Throws as {@link PackageSigningActivities.signPackages} does. */
export async function signRepository(
  { store, getKey }: Pick<PackageSigningDependencies, 'store' | 'getKey'>,
  platform: Platform,
  packages: readonly StoredPackage[],
  description: string,
): Promise<SignedRepository> {
  const key = await getKey();
  const signed: StoredPackage[] = [];
  const records: IndexRecord[] = [];
  for (const one of packages.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = await openOwn(store, platform, one);
    const bytes = await signPackage(file, key);
    signed.push({ ...one, artifact: await store.put(bytes, TYPES.package) });
    records.push(indexRecordOf(file, bytes.length));
  }
  // The time of the newest package, so that the same packages give the same index.
  const mtime = Math.max(0, ...records.map((record) => record.buildTime));
  const index = await signIndex(await renderIndex({ description, records }, { mtime }), key, { mtime });
  return {
    platform,
    packages: signed,
    index: await store.put(index, TYPES.index),
    key: await store.put(Buffer.from(publicKeyPem(key)), TYPES.key),
    keyName: key.name,
  };
}

async function openOwn(
  store: ArtifactStore,
  platform: Platform,
  { name, version, artifact }: StoredPackage,
): Promise<PackageFile> {
  const what = `${name}-${version}.apk`;
  const file = await openPackage(await readBytes(store, artifact), what);
  verifyData(file, what);
  const { info } = file;
  if (info.name !== name || info.version !== version || info.arch !== architectureOf(platform)) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `${what} for ${platform} says that it is ${info.name} ${info.version} for ${info.arch}`,
    );
  }
  if (isOwnPackage(name)) return file;
  throw new FoundryError('FND_BAD_DATA', `${what} is no package of ours: we do not put our name to it`);
}
