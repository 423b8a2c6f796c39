import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { parseIndexRecords } from '../../adapters/apk/index-record.ts';
import { INSTALLED_DATABASES } from '../../adapters/apk/installed-database.ts';
import { readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { FoundryError } from '../../domain/errors.ts';

const Bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.looseObject({ purl: z.string().optional() })),
});

/** The packages of an image as `name version`, by its own database. Throws FND_BAD_DATA when it has none. */
export async function packagesOfImage(image: OciImage): Promise<ReadonlySet<string>> {
  for (const [index, layer] of [...image.layers.entries()].toReversed()) {
    for await (const { path, content } of readArchiveEntries(layer, `layer ${index + 1}`)) {
      if (INSTALLED_DATABASES.includes(path) && content.length > 0)
        return packagesIn(Buffer.from(content).toString('utf8'));
    }
  }
  throw new FoundryError('FND_BAD_DATA', 'the image has no database of its packages');
}

/** The apk packages that an SBOM (CycloneDX) names, as `name version`. Throws FND_BAD_DATA for what is none. */
export function packagesOfSbom(bytes: Uint8Array): ReadonlySet<string> {
  try {
    const { components } = Bom.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const urls = components.flatMap(({ purl }) => (purl === undefined ? [] : [PackageURL.fromString(purl)]));
    return new Set(
      urls.filter(({ type }) => type === 'apk').map(({ name, version }) => `${name} ${version ?? ''}`),
    );
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', 'the SBOM of the image is not CycloneDX with package URLs', {
      cause,
    });
  }
}

function packagesIn(database: string): ReadonlySet<string> {
  const records = parseIndexRecords(database, 'installed packages');
  return new Set(records.map(({ name, version }) => `${name} ${version}`));
}
