import type { Artifact } from '../../../domain/artifact.ts';
import { BUILD_TYPE, BUILDER_IDS, type BuilderKind } from '../../../domain/evidence/project.ts';
import { type Provenance, sourceUri } from '../../../domain/evidence/provenance.ts';
import type { ResourceDescriptor } from '../../../domain/evidence/resource-descriptor.ts';
import { architectureOf, type Platform, type Variant } from '../../../domain/pins/variant.ts';
import { BUILDER_NAMES } from '../../build/builder-profiles.ts';
import type { UsedTool } from '../../evidence/sbom/formulation.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import type { BuiltStep, ImageFacts } from '../image-facts.ts';
import { resolvedDependencies } from './dependencies.ts';

/** What provenance is made from: what the server recorded, the pins, and the tools of this machine. */
export interface ProvenanceInput {
  readonly facts: ImageFacts;
  readonly read: ReadPlan;
  readonly variant: Variant;
  readonly platform: Platform;
  readonly tools: readonly UsedTool[];
  readonly builder: BuilderKind;
}

/** The provenance of an image, as docs/build-type-v1.md explains it. The same input gives the same predicate. */
export function provenanceOf({
  facts,
  read,
  variant,
  platform,
  tools,
  builder,
}: ProvenanceInput): Provenance {
  const { plan, versions } = read;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        source: { uri: sourceUri(plan.source), digest: { gitCommit: plan.commit } },
        version: versions.core.version,
        variant,
        platform,
      },
      internalParameters: {
        revision: plan.revision,
        epoch: plan.epoch,
        files: Object.fromEntries(
          Object.entries(plan.files)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([path, { digest }]) => [path, digest]),
        ),
        isRebuild: facts.input.isRebuild,
      },
      resolvedDependencies: resolvedDependencies(read, variant, platform),
    },
    runDetails: {
      builder: {
        id: BUILDER_IDS[builder],
        builderDependencies: tools.map(({ name, version, sha256 }) => ({
          name,
          ...(version === '' ? {} : { annotations: { version } }),
          digest: { sha256 },
        })),
        version: facts.builds.length === 0 ? {} : { workflows: facts.builds.join(' ') },
      },
      metadata: {
        invocationId: facts.invocation,
        startedOn: facts.startedAt,
        finishedOn: facts.finishedAt,
      },
      byproducts: [
        ...facts.steps.flatMap((step) => stepByproducts(step, platform)),
        ...BUILDER_NAMES.map((name) =>
          descriptor(`builder ${name}: ${variant} as composed`, facts.composed[name].index),
        ),
      ],
    },
  };
}

function stepByproducts(
  { builder, step, packages, network, log, isReused }: BuiltStep,
  platform: Platform,
): ResourceDescriptor[] {
  const arch = architectureOf(platform);
  const reused = isReused ? { annotations: { reused: true } } : {};
  return [
    ...packages.map(({ name, version, artifact }) => ({
      ...descriptor(`builder ${builder}: ${name}-${version}.${arch}.apk`, artifact),
      ...reused,
    })),
    { ...descriptor(`builder ${builder}: ${step}: no network`, network), ...reused },
    { ...descriptor(`builder ${builder}: ${step}: log`, log), ...reused },
  ];
}

function descriptor(name: string, { digest, mediaType }: Artifact): ResourceDescriptor {
  return { name, digest: { sha256: digest }, mediaType };
}
