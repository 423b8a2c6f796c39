import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { Sha256 } from '../../../domain/digest.ts';
import { isOwnPackage, type Variant } from '../../../domain/pins/variant.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import type { InstalledPackage } from './image-contents.ts';
import { hashes, imagePurl, REFERENCES, type SourceName } from './other-components.ts';
import { PROPERTIES } from './properties.ts';

/** A tool that took part, by its binary. */
export interface UsedTool {
  readonly name: string;
  readonly version: string;
  readonly sha256: Sha256;
}

/** What the formulation is told; `purls` are of the packages of the image, by name. */
export interface Formulated {
  readonly plan: ReadPlan;
  readonly variant: Variant;
  readonly tools: readonly UsedTool[];
  readonly packages: readonly InstalledPackage[];
  readonly purls: ReadonlyMap<string, string>;
}

/** What the library makes of components; it has no model of a formulation. */
export const NORMALIZE = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);

const PROVIDER_PACKAGE = 'openssl-fips-provider';

/** How the image came to be, as CycloneDX 1.6 has it: the tools, the base image, and which packages were built from which source. */
export function formulate(formulated: Formulated): object[] {
  const { plan, tools } = formulated;
  const components = [...tools.map((tool) => toolComponent(tool)), ...baseOf(formulated)];
  const workflows = [
    buildOf('provider', [PROVIDER_PACKAGE], formulated),
    buildOf('core', ownPackagesOfCore(formulated), formulated),
    composition(formulated),
  ];
  const { revision, source } = plan.plan;
  return [
    {
      'bom-ref': 'formulation',
      components: NORMALIZE.makeForComponent().normalizeIterable(
        new Models.ComponentRepository(components),
        {},
      ),
      workflows,
      properties: [
        { name: PROPERTIES.sourceRevision, value: revision },
        { name: PROPERTIES.sourceRepository, value: source },
      ],
    },
  ];
}

function toolComponent({ name, version, sha256 }: UsedTool): Models.Component {
  return new Models.Component(Enums.ComponentType.Application, name, {
    bomRef: REFERENCES.tool(name),
    version,
    hashes: hashes(sha256),
  });
}

/** Distroless stands on packages alone. */
function baseOf({ plan, variant }: Formulated): Models.Component[] {
  if (variant === 'distroless') return [];
  const { image, digest } = plan.versions.base;
  const name = image.replace(/:[^:/]+$/, '');
  return [
    new Models.Component(Enums.ComponentType.Container, name, {
      bomRef: REFERENCES.base,
      purl: imagePurl(name, digest),
    }),
  ];
}

function ownPackagesOfCore({ packages }: Formulated): string[] {
  return packages
    .map(({ name }) => name)
    .filter((name) => isOwnPackage(name) && name !== PROVIDER_PACKAGE && name !== 'openssl-fips-config');
}

function buildOf(source: SourceName, names: readonly string[], { plan, purls }: Formulated): object {
  const outputs = names.flatMap((name) => purls.get(name) ?? []);
  return workflow(plan, `build:${source}`, [REFERENCES.source(source)], outputs);
}

function composition({ plan, variant, purls }: Formulated): object {
  const base = variant === 'distroless' ? [] : [REFERENCES.base];
  return workflow(plan, 'compose', [...base, ...purls.values()], [REFERENCES.image]);
}

function workflow(
  { plan }: ReadPlan,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
): object {
  return {
    'bom-ref': `workflow:${name}`,
    uid: `${plan.revision}:${name}`,
    name,
    taskTypes: ['build'],
    inputs: inputs.map((ref) => ({ resource: { ref } })),
    outputs: outputs.map((ref) => ({ type: 'artifact', resource: { ref } })),
  };
}
