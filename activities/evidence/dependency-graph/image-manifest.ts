import type { Platform, Variant } from '../../../domain/pins/variant.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import { SOURCES, sourcePurl } from '../sbom/other-components.ts';
import { packagesOfSbom } from '../sbom/read-sbom.ts';
import { type Manifest, readPurl } from './snapshot.ts';

/** The packages of an image, by its SBOM as parsed JSON. Throws FND_BAD_DATA for what is no SBOM of ours. */
export function imageManifest(variant: Variant, platform: Platform, sbom: unknown): Manifest {
  return {
    name: `${variant} (${platform})`,
    path: LOCK_FILE,
    dependencies: packagesOfSbom(sbom).map(({ purl, isRoot, needs }) => ({
      purl: readPurl(purl),
      relationship: isRoot ? 'direct' : 'indirect',
      scope: 'runtime',
      needs: needs.map((one) => readPurl(one)),
    })),
  };
}

/** The two sources of OpenSSL, which no package manager knows. */
export function sourceManifest({ versions }: Pick<ReadPlan, 'versions'>): Manifest {
  return {
    name: VERSIONS_FILE,
    path: VERSIONS_FILE,
    dependencies: SOURCES.map((name) => ({
      purl: readPurl(sourcePurl(name, versions)),
      relationship: 'direct',
      scope: 'runtime',
      needs: [],
    })),
  };
}
