import { z } from 'zod';
import { FoundryError } from '../../../domain/errors.ts';
import { REFERENCES } from './other-components.ts';
import { PROPERTIES, TRIVY } from './properties.ts';

const Properties = z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]);
const Hashes = z.array(z.object({ alg: z.string(), content: z.string() })).default([]);

const Licences = z
  .array(
    z.object({
      expression: z.string().optional(),
      license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
    }),
  )
  .default([]);

const Component = z.object({
  type: z.string(),
  'bom-ref': z.string().min(1),
  name: z.string().min(1),
  version: z.string().optional(),
  purl: z.string().optional(),
  hashes: Hashes,
  licenses: Licences,
  properties: Properties,
  evidence: z
    .object({ occurrences: z.array(z.object({ location: z.string() })).default([]) })
    .default({ occurrences: [] }),
});
type Component = z.infer<typeof Component>;

/** An SBOM of ours, as far as we read it again. */
const Sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  metadata: z.object({ component: Component }),
  components: z.array(Component).min(1),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/** A package that an SBOM names. */
export interface DescribedPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** The name of the package it was built as a part of. */
  readonly origin: string;
  /** As the package says it; empty when it says none. */
  readonly licence: string;
  /** As the database of the image has it. */
  readonly checksum: string;
  /** Of the whole package file. */
  readonly sha256: string;
  /** Where its files are in the image, sorted. */
  readonly files: readonly string[];
  /** The purls of the packages it needs. */
  readonly needs: readonly string[];
  /** Whether no other package needs it. */
  readonly isRoot: boolean;
}

/** What an SBOM says of an image. */
export interface DescribedImage {
  /** Digest of the platform's manifest. */
  readonly manifest: string;
  readonly packages: readonly DescribedPackage[];
  /** Files that no package brought: path and SHA-256. */
  readonly files: ReadonlyMap<string, string>;
  readonly module: { readonly version: string; readonly sha256: string; readonly mac: string };
}

/** Reads an SBOM that `describeImage` made, as parsed JSON. Throws FND_BAD_DATA for anything else. */
export function readSbom(sbom: unknown): DescribedImage {
  const result = Sbom.safeParse(sbom);
  if (!result.success)
    throw new FoundryError(
      'FND_BAD_DATA',
      `an SBOM has another form than ours: ${z.prettifyError(result.error)}`,
      {
        cause: result.error,
      },
    );
  const { metadata, components, dependencies } = result.data;
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const roots = new Set(needs.get(REFERENCES.system));
  const twice = components.find(
    (one, index) => components.findIndex((other) => other['bom-ref'] === one['bom-ref']) < index,
  );
  if (twice !== undefined) throw new FoundryError('FND_BAD_DATA', `an SBOM names ${twice['bom-ref']} twice`);
  const module = components.find((one) => one['bom-ref'] === REFERENCES.module);
  if (module === undefined) throw new FoundryError('FND_BAD_DATA', 'an SBOM names no provider module');
  return {
    manifest: property(metadata.component, PROPERTIES.manifest),
    packages: components
      .filter(({ purl }) => isPackage(purl))
      .map((one) => readPackage(one, needs.get(one['bom-ref']) ?? [], roots)),
    files: new Map(components.filter(({ type }) => type === 'file').map((one) => [one.name, sha256Of(one)])),
    module: {
      version: module.version ?? '',
      sha256: sha256Of(module),
      mac: property(module, PROPERTIES.mac),
    },
  };
}

/** The packages that an SBOM names, in its order. Throws FND_BAD_DATA for what is no SBOM of ours. */
export function packagesOfSbom(sbom: unknown): readonly DescribedPackage[] {
  return readSbom(sbom).packages;
}

function readPackage(
  component: Component,
  needs: readonly string[],
  roots: ReadonlySet<string>,
): DescribedPackage {
  const { name, version = '', purl = '', evidence } = component;
  return {
    name,
    version,
    purl,
    origin: property(component, TRIVY.sourceName),
    licence: licenceOf(component),
    checksum: property(component, PROPERTIES.checksum),
    sha256: sha256Of(component),
    files: evidence.occurrences.map(({ location }) => location.slice(1)),
    needs: needs.filter(isPackage),
    isRoot: roots.has(component['bom-ref']),
  };
}

function licenceOf({ licenses }: Component): string {
  return licenses
    .flatMap(({ expression, license }) => expression ?? license?.id ?? license?.name ?? [])
    .join(', ');
}

function isPackage(purl: string | undefined): boolean {
  return purl?.startsWith('pkg:apk/') === true;
}

function property({ properties, name }: Component, wanted: string): string {
  const found = properties.find((one) => one.name === wanted)?.value;
  if (found !== undefined) return found;
  throw new FoundryError('FND_BAD_DATA', `an SBOM says no ${wanted} of ${name}`);
}

function sha256Of({ hashes, name }: Component): string {
  const found = hashes.find(({ alg }) => alg === 'SHA-256')?.content;
  if (found !== undefined) return found;
  throw new FoundryError('FND_BAD_DATA', `an SBOM has no SHA-256 of ${name}`);
}
