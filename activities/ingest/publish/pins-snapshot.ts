import type { Lock } from '../../../domain/pins/lock.ts';
import type { PinnedVersions } from '../../../domain/pins/open-pins.ts';
import { LOCK_FILE } from '../../../domain/pins/pin-files.ts';
import { architectureOf, type Platform, PURPOSES, type Purpose } from '../../../domain/pins/variant.ts';
import { sourceManifest } from '../../evidence/dependency-graph/image-manifest.ts';
import { type Manifest, purlOf } from '../../evidence/dependency-graph/snapshot.ts';

/** Whose packages they are, as purls name it. */
const DISTRIBUTION = 'wolfi';

/** What pins say that a release of them will depend on: the packages of each closure by platform, and the sources of OpenSSL. */
export function pinManifests(versions: PinnedVersions, lock: Lock): Manifest[] {
  const manifests = PURPOSES.flatMap((purpose) =>
    versions.platforms.map((platform) => closureManifest(versions, lock, { purpose, platform })),
  );
  return [...manifests.filter(({ dependencies }) => dependencies.length > 0), sourceManifest({ versions })];
}

function closureManifest(
  versions: PinnedVersions,
  lock: Lock,
  { purpose, platform }: { readonly purpose: Purpose; readonly platform: Platform },
): Manifest {
  const roots = versions.packages[purpose]?.roots ?? [];
  const found = lock.files
    .filter((file) => file.kind === 'package')
    .filter((file) => file.platform === platform && file.purposes.includes(purpose));
  return {
    name: `pins of ${purpose} (${platform})`,
    path: LOCK_FILE,
    dependencies: found.map(({ name, version }) => ({
      purl: purlOf('apk', DISTRIBUTION, name, version, { qualifiers: { arch: architectureOf(platform) } }),
      relationship: roots.includes(name) ? 'direct' : 'indirect',
      scope: purpose === 'build' ? 'development' : 'runtime',
      needs: [],
    })),
  };
}
