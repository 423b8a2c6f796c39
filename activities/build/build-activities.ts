import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes, readText } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Sha256 } from '../../domain/digest.ts';
import type { Architecture, Variant } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import { fetchImage, type StoredImage, storeImage } from '../artifacts/stored-image.ts';
import type { Blueprints, BlueprintValues } from './blueprint.ts';
import { buildStep, type BuildStep, type BuiltPackage } from './build-step.ts';
import { type BuilderName, builderProfile } from './builder-profiles.ts';
import type { Difference } from './compare-archives.ts';
import { compareBuilds, compareImages } from './compare-builds.ts';
import { compareWithBase } from './compare-with-base.ts';
import { composeImage } from './compose-image.ts';
import { finaliseImage, type ImageIdentity } from './finalise-image.ts';
import { inspectImage } from './inspect-image.ts';
import { fetchPackages, type StoredPackage, storePackages } from './stored-artifacts.ts';

/** What the activities of construction need from whoever runs them. */
export interface BuildDependencies {
  readonly store: ArtifactStore;
  readonly tools: { path(name: 'melange' | 'apko'): string };
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** How many jobs a build may run at once. Default: as many as there are cores. */
  readonly cores?: number;
}

/** What both kinds of orders say. The blueprints are artifacts, by file name, because they belong to the released commit. */
interface Order {
  readonly builder: BuilderName;
  readonly values: BlueprintValues;
  readonly blueprints: Readonly<Record<string, Artifact>>;
  readonly architecture: Architecture;
  readonly packages: readonly StoredPackage[];
  /** The time of what is made, in seconds since 1970. */
  readonly epoch: number;
}

/** One build by one builder. For the configuration and the suite, `packages` holds what earlier steps made for them, too. */
export interface BuildOrder extends Order {
  readonly step: BuildStep;
  /** The archive to build; the configuration has none. */
  readonly archive: Artifact | null;
}

/** What a build made: packages, the evidence of its isolation as JSON, and what melange said. */
interface BuildOutcome {
  readonly packages: readonly StoredPackage[];
  readonly network: Artifact;
  readonly log: Artifact;
  readonly seconds: number;
}

/** One image by one builder: exactly `packages`. */
export interface ImageOrder extends Order {
  readonly variant: Variant;
}

/** An image that was composed, to be made ready for release. */
interface FinishOrder {
  readonly image: StoredImage;
  readonly identity: ImageIdentity;
  /** The SHA-256 of the one `fips.so` there may be. */
  readonly provider: Sha256;
  /** The layers of the base image that it stands on, lowest first; none for one that stands on packages alone. */
  readonly base?: readonly Artifact[];
}

/** Whether two builders agree; where not, in what. */
export interface Comparison {
  readonly verdict: 'pass' | 'fail';
  readonly differences: readonly Difference[];
}

/** What an image is after its inspection; one that failed is not finished. */
export type FinishOutcome =
  | { readonly verdict: 'pass'; readonly image: StoredImage }
  | { readonly verdict: 'fail'; readonly reasons: readonly string[] };

/** Stage 2. Every activity may be repeated at any time: the same order gives the same bytes. */
export interface BuildActivities {
  /** Throws FND_NOT_HERMETIC, FND_DIGEST_MISMATCH, FND_ARTIFACT_MISSING, FND_TOOL_FAILED. */
  readonly build: (order: BuildOrder) => Promise<BuildOutcome>;
  readonly comparePackages: (a: readonly StoredPackage[], b: readonly StoredPackage[]) => Promise<Comparison>;
  /** Throws FND_UNRESOLVED, FND_DIGEST_MISMATCH, FND_ARTIFACT_MISSING, FND_TOOL_FAILED. */
  readonly compose: (order: ImageOrder) => Promise<StoredImage>;
  readonly compareImages: (a: StoredImage, b: StoredImage, variant: Variant) => Promise<Comparison>;
  /** Looks through the image and compares it with its base, then writes what apko cannot write. */
  readonly finish: (order: FinishOrder) => Promise<FinishOutcome>;
}

/** The activities of stage 2 with what they work on. */
export function createBuildActivities(dependencies: BuildDependencies): BuildActivities {
  const { store } = dependencies;
  return {
    build: (order) => withTemporaryDirectory((scratch) => build(dependencies, order, scratch)),
    comparePackages: async (a, b) => (isDeepStrictEqual(a, b) ? EQUAL : await comparePackages(store, a, b)),
    compose: (order) => withTemporaryDirectory((scratch) => compose(dependencies, order, scratch)),
    compareImages: async (a, b, variant) =>
      isDeepStrictEqual(a, b)
        ? EQUAL
        : comparison(await compareImages(await fetchImage(store, a), await fetchImage(store, b), variant)),
    finish: (order) => finish(store, order),
  };
}

/** What has equal digests is equal, so it need not be read to know that. */
const EQUAL: Comparison = { verdict: 'pass', differences: [] };

async function comparePackages(
  store: ArtifactStore,
  a: readonly StoredPackage[],
  b: readonly StoredPackage[],
): Promise<Comparison> {
  return await withTemporaryDirectory(async (folder) =>
    comparison(await compareBuilds(await fetchBuilt(store, a, folder), await fetchBuilt(store, b, folder))),
  );
}

async function build(
  dependencies: BuildDependencies,
  order: BuildOrder,
  scratch: string,
): Promise<BuildOutcome> {
  const { store, tools, report, signal, cores } = dependencies;
  const path = join(scratch, 'source.tar.gz');
  const { archive } = order;
  if (archive !== null) await store.fetchTo(archive.digest, path);
  const result = await buildStep(
    builderProfile(order.builder, cores),
    {
      step: order.step,
      values: order.values,
      blueprints: await fetchBlueprints(store, order.blueprints),
      environment: await fetchPackages(store, order.packages, join(scratch, 'environment')),
      source: archive === null ? undefined : { path, sha256: archive.digest },
      epoch: order.epoch,
      architecture: order.architecture,
    },
    { melange: tools.path('melange'), scratch, report, signal },
  );
  return {
    packages: await storePackages(store, result.packages),
    network: await store.put(Buffer.from(JSON.stringify(result.network)), 'application/json'),
    log: await store.put(await readFile(result.log), 'text/plain'),
    seconds: result.seconds,
  };
}

async function compose(
  dependencies: BuildDependencies,
  order: ImageOrder,
  scratch: string,
): Promise<StoredImage> {
  const { store, tools, report, signal, cores } = dependencies;
  const { variant, values, architecture, epoch } = order;
  const blueprints = await fetchBlueprints(store, order.blueprints);
  const packages = await fetchPackages(store, order.packages, join(scratch, 'packages'));
  const image = await composeImage(
    builderProfile(order.builder, cores),
    { variant, values, blueprints, packages, architecture, epoch },
    { apko: tools.path('apko'), scratch, report, signal },
  );
  return await storeImage(store, image);
}

async function finish(store: ArtifactStore, order: FinishOrder): Promise<FinishOutcome> {
  const image = await fetchImage(store, order.image);
  const expected = { coreVersion: order.identity.coreVersion, provider: order.provider };
  const { reasons } = await inspectImage(image, expected);
  const all = [...reasons, ...(await reasonsAgainstBase(store, image, order.base))];
  if (all.length > 0) return { verdict: 'fail', reasons: all };
  return { verdict: 'pass', image: await storeImage(store, finaliseImage(image, order.identity)) };
}

async function reasonsAgainstBase(
  store: ArtifactStore,
  image: OciImage,
  base: readonly Artifact[] | undefined,
): Promise<readonly string[]> {
  if (base === undefined) return [];
  const layers: Uint8Array[] = [];
  for (const layer of base) layers.push(await readBytes(store, layer));
  return (await compareWithBase(image, { layers })).reasons;
}

function comparison(differences: readonly Difference[]): Comparison {
  return { verdict: differences.length === 0 ? 'pass' : 'fail', differences };
}

async function fetchBuilt(
  store: ArtifactStore,
  packages: readonly StoredPackage[],
  folder: string,
): Promise<BuiltPackage[]> {
  const fetched = await fetchPackages(store, packages, folder);
  return fetched.map((one, index) => ({ ...one, size: packages[index]?.artifact.size ?? 0 }));
}

/** The texts of blueprints, by file name. */
export async function fetchBlueprints(
  store: ArtifactStore,
  blueprints: Order['blueprints'],
): Promise<Blueprints> {
  const texts = Object.entries(blueprints).map(
    async ([name, artifact]) => [name, await readText(store, artifact)] as const,
  );
  return new Map(await Promise.all(texts));
}
