import { posix } from 'node:path';
import type { PinnedVersions } from '../../domain/pins/open-pins.ts';
import { sourceUrl } from '../../domain/pins/source.ts';
import type { Purpose } from '../../domain/pins/variant.ts';
import { BlueprintValues } from './blueprint.ts';

/**
 * What the blueprints are filled with, from the pins alone. Of an address only the name of the archive is taken, so that packages do
 * not depend on where their source was fetched. Throws a ZodError for values that pins cannot have.
 */
export function valuesFromPins(versions: PinnedVersions): BlueprintValues {
  const { core, provider, packages } = versions;
  const closure = (purpose: Purpose): { packages: string[] } => ({
    packages: Object.entries(packages[purpose]?.versions ?? {})
      .map(([name, version]) => `${name}=${version}`)
      .toSorted(),
  });
  const ofCore = (name: string): string => `${name}=${core.version}-r${core.revision}`;
  const ofProvider = `openssl-fips-provider=${provider.version}-r${provider.revision}`;
  return BlueprintValues.parse({
    provider: sourceValues(provider),
    core: sourceValues(core),
    build: closure('build'),
    standard: closure('standard'),
    distroless: closure('distroless'),
    development: closure('development'),
    own: {
      provider: ofProvider,
      core: ['libcrypto3', 'libssl3', 'openssl'].map(ofCore),
      configuration: ofCore('openssl-fips-config'),
      development: [ofCore('openssl-dev')],
    },
  });
}

function sourceValues(source: PinnedVersions['core'] | PinnedVersions['provider']): object {
  const { version, revision, sha256 } = source;
  return { version, revision, sha256, archive: posix.basename(new URL(sourceUrl(source)).pathname) };
}
