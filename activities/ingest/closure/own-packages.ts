import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { isLeftOut, isOwnPackage, type Purpose } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { Choosable } from './offers.ts';

/**
 * The packages that the foundry builds itself, as they will stand in an image: whoever needs libcrypto there gets ours. The
 * build environment has none of them, and takes the repository's where its tools need them.
 */
export function ownPackagesIn(purpose: Purpose, { core, provider }: Versions): Choosable[] {
  if (purpose === 'build') return [];
  const coreVersion = `${core.version}-r${core.revision}`;
  const own = [
    ownPackage('libcrypto3', coreVersion, [`so:libcrypto.so.3=3`]),
    ownPackage('libssl3', coreVersion, [`so:libssl.so.3=3`]),
    ownPackage('openssl', coreVersion, [`cmd:openssl=${coreVersion}`]),
    ownPackage('openssl-fips-config', coreVersion, []),
    ownPackage('openssl-fips-provider', `${provider.version}-r${provider.revision}`, []),
  ];
  if (purpose !== 'development') return own;
  const names = ['libcrypto', 'libssl', 'openssl'];
  const provides = names.map((name) => `pc:${name}=${core.version}`);
  return [...own, ownPackage('openssl-dev', coreVersion, provides)];
}

/** What of a repository an image may take. */
export function takable<T extends { readonly name: string }>(
  purpose: Purpose,
  records: readonly T[],
): readonly T[] {
  return purpose === 'build'
    ? records
    : records.filter(({ name }) => !isOwnPackage(name) && !isLeftOut(name));
}

function ownPackage(name: string, version: string, provides: readonly string[]): Choosable {
  return {
    name,
    version: parseApkVersion(version),
    origin: 'openssl',
    depends: ['so:libc.so.6'],
    provides,
    providerPriority: 0,
  };
}
