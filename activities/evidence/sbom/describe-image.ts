import { Enums, Models, type Serialize } from '@cyclonedx/cyclonedx-library';
import type { Platform, Variant } from '../../../domain/pins/variant.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import { formulate, NORMALIZE, type UsedTool } from './formulation.ts';
import {
  type ImageContents,
  type ImageWithLayers,
  MODULE_PATH,
  readImageContents,
} from './image-contents.ts';
import {
  fileComponent,
  imageComponent,
  moduleComponent,
  REFERENCES,
  sourceComponent,
  SOURCES,
  systemComponent,
} from './other-components.ts';
import { type BuiltForRelease, packageComponent, packageDigests, packagePurl } from './package-component.ts';
import { relatePackages, rootPackages } from './package-relations.ts';
import { serialNumber } from './serial-number.ts';

/** An image, and what is known of it from elsewhere than its own bytes. */
export interface ImageToDescribe {
  readonly image: ImageWithLayers;
  readonly plan: ReadPlan;
  readonly variant: Variant;
  readonly platform: Platform;
  /** The packages that were built for the release. */
  readonly built: readonly BuiltForRelease[];
  /** The tools that built and composed, by their binaries. */
  readonly tools: readonly UsedTool[];
  /** `registry/repository` that it is published in. */
  readonly subjectName: string;
}

/** The package that brings the provider module. */
const PROVIDER_PACKAGE = 'openssl-fips-provider';

type NormalizedComponent = Serialize.JSON.Types.Normalized.Component;

/**
 * The SBOM of an image: CycloneDX 1.6 JSON, in UTF-8, the same bytes for the same input. Packages, files and the module are read from the
 * image, never from what a builder says of them; docs/sbom.md says what is in it. Throws FND_BAD_DATA for an image that cannot be read,
 * and for packages that are neither pinned nor built.
 */
export async function describeImage(input: ImageToDescribe): Promise<Uint8Array> {
  const contents = await readImageContents(input.image);
  const { image, components } = componentsOf(input, contents);
  const bom = new Models.Bom({
    serialNumber: serialNumber(input.image.manifest.descriptor.digest),
    metadata: metadataOf(image, input.plan),
    components: new Models.ComponentRepository(components),
  });
  const purls = new Map(contents.packages.map((one) => [one.name, packagePurl(one, contents.system)]));
  // Nothing is sorted by the library: its order depends on the language of the machine. Ours does not, and a set keeps it.
  const normalized = NORMALIZE.makeForBom().normalize(bom, {});
  const document = {
    ...normalized,
    components: locate(normalized.components ?? [], contents, purls),
    formulation: formulate({ ...input, packages: contents.packages, purls }),
  };
  return Buffer.from(JSON.stringify(document));
}

function metadataOf(image: Models.Component, { plan }: ReadPlan): Models.Metadata {
  return new Models.Metadata({
    timestamp: new Date(plan.epoch * 1000),
    lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.PostBuild]),
    tools: new Models.Tools({
      components: new Models.ComponentRepository([
        new Models.Component(Enums.ComponentType.Application, 'foundry', { group: 'wolfi-openssl-fips' }),
      ]),
    }),
    component: image,
  });
}

/** Every component with what it depends on: the image on its system and its files, the system on packages, packages on each other. */
function componentsOf(
  input: ImageToDescribe,
  contents: ImageContents,
): { image: Models.Component; components: Models.Component[] } {
  const { subjectName, variant, platform, plan } = input;
  const { system, packages, otherFiles, module } = contents;
  const digests = packageDigests(packages, plan, input);
  const relations = relatePackages(packages);
  const image = imageComponent({
    subjectName,
    version: plan.versions.core.version,
    variant,
    platform,
    manifest: input.image.manifest.descriptor.digest,
  });
  const systemPart = systemComponent(system);
  const modulePart = moduleComponent(module, plan);
  const fileParts = otherFiles.map((file) => fileComponent(file));
  const packageParts = new Map<string, Models.Component>();
  for (const one of packages) {
    const [digest, unmet] = [digests.get(one.name), relations.get(one.name)?.unmet ?? []];
    if (digest !== undefined) packageParts.set(one.name, packageComponent(one, system, digest, unmet));
  }
  for (const [name, part] of packageParts) depend(part, relations.get(name)?.needs ?? [], packageParts);
  packageParts.get(PROVIDER_PACKAGE)?.dependencies.add(modulePart.bomRef);
  depend(systemPart, rootPackages(relations), packageParts);
  for (const part of [systemPart, ...fileParts]) image.dependencies.add(part.bomRef);
  const sources = SOURCES.map((name) => sourceComponent(name, plan));
  return { image, components: [systemPart, ...packageParts.values(), modulePart, ...sources, ...fileParts] };
}

function depend(
  part: Models.Component,
  names: readonly string[],
  packages: ReadonlyMap<string, Models.Component>,
): void {
  for (const name of names) {
    const needed = packages.get(name);
    if (needed !== undefined) part.dependencies.add(needed.bomRef);
  }
}

/** Adds where in the image each component was found; the library has no model of occurrences. */
function locate(
  components: readonly NormalizedComponent[],
  { packages }: ImageContents,
  purls: ReadonlyMap<string, string>,
): object[] {
  const places = new Map<string, readonly string[]>([[REFERENCES.module, [MODULE_PATH]]]);
  for (const { name, files } of packages) places.set(purls.get(name) ?? '', files);
  return components.map((component) => {
    const found = places.get(component['bom-ref'] ?? '') ?? [];
    if (found.length === 0) return component;
    return { ...component, evidence: { occurrences: found.map((path) => ({ location: `/${path}` })) } };
  });
}
