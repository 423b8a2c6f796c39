import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { TRIVY } from '../evidence/sbom/properties.ts';

const Component = z.looseObject({
  type: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]),
});
type Component = z.infer<typeof Component>;
const Bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(Component),
  dependencies: z.unknown(),
  formulation: z.unknown(),
});

/**
 * An SBOM with a known mistake: the system and the packages of an origin, as they stand in a real one, at an older version. So what finds
 * nothing in the real one is shown to read its form. Throws FND_BAD_DATA for what is no SBOM, or has no such package.
 */
export function canarySbom(
  sbom: Uint8Array,
  { origin, version }: { readonly origin: string; readonly version: string },
): Uint8Array {
  const { components, formulation: _, dependencies: __, ...document } = bomOf(sbom);
  const system = components.filter(({ type }) => type === 'operating-system');
  const packages = components.filter((one) => propertyOf(one, TRIVY.sourceName) === origin);
  if (packages.length === 0)
    throw new FoundryError('FND_BAD_DATA', `the SBOM of the image names no package of ${origin}`);
  return Buffer.from(
    JSON.stringify({ ...document, components: [...system, ...packages.map((one) => at(one, version))] }),
  );
}

function at(component: Component, version: string): Component {
  const { version: before = '', purl = '' } = component;
  const url = PackageURL.fromString(purl);
  const older = new PackageURL(
    url.type,
    url.namespace,
    url.name,
    version,
    url.qualifiers,
    url.subpath,
  ).toString();
  return {
    ...component,
    'bom-ref': older,
    version,
    purl: older,
    properties: component.properties.map(({ name, value }) => ({
      name,
      value: value.replaceAll(before, version),
    })),
  };
}

function propertyOf({ properties }: Component, wanted: string): string | undefined {
  return properties.find(({ name }) => name === wanted)?.value;
}

function bomOf(bytes: Uint8Array): z.infer<typeof Bom> {
  try {
    return Bom.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', 'the SBOM of the image is not CycloneDX', { cause });
  }
}
