import { z } from 'zod';
import { CommitId } from '../pins/values.ts';
import { PLATFORMS, VARIANTS } from '../pins/variant.ts';
import { BUILD_TYPE } from './project.ts';
import { ResourceDescriptor } from './resource-descriptor.ts';

/** What a person decides from outside, and nothing else does: the commit that pins everything, and which image of it. */
const ExternalParameters = z.strictObject({
  source: z.strictObject({ uri: z.string().min(1), digest: z.strictObject({ gitCommit: CommitId }) }),
  /** Of the core. */
  version: z.string().min(1),
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
});

/**
 * The predicate of `https://slsa.dev/provenance/v1` as our build type fills it (docs/build-type-v1.md). Strict: a parameter that we
 * do not know is refused, because it could have changed the build.
 */
export const Provenance = z.strictObject({
  buildDefinition: z.strictObject({
    buildType: z.literal(BUILD_TYPE),
    externalParameters: ExternalParameters,
    internalParameters: z.strictObject({
      /** The last commit that changed what images are made from: they carry it as a label. */
      revision: CommitId,
      /** SOURCE_DATE_EPOCH of the image: when `revision` was made. */
      epoch: z.int().positive(),
      /** The digests of pins, lock and blueprints as the commit has them, by path. */
      files: z.record(z.string(), z.string()),
      isRebuild: z.boolean(),
    }),
    /** Every pin with its digest: base image, packages, sources, keys, indexes. */
    resolvedDependencies: z.array(ResourceDescriptor).min(1),
  }),
  runDetails: z.strictObject({
    builder: z.strictObject({
      id: z.string().min(1),
      /** The tools that built, by the digests of their binaries. */
      builderDependencies: z.array(ResourceDescriptor).min(1),
      version: z.record(z.string(), z.string()),
    }),
    metadata: z.strictObject({
      /** Workflow id and run id. */
      invocationId: z.string().min(1),
      startedOn: z.iso.datetime(),
      finishedOn: z.iso.datetime(),
    }),
    /** What both builders made, and the evidence that neither had a network. */
    byproducts: z.array(ResourceDescriptor).min(1),
  }),
});
export type Provenance = z.infer<typeof Provenance>;

/** A git repository as provenance names it (SPDX's download location). */
export function sourceUri(repository: string): string {
  return `git+${repository}`;
}
