import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { Github } from '../../../adapters/github/open-github.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { readText } from '../../../adapters/store/read-bytes.ts';
import { Artifact } from '../../../domain/artifact.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { PLATFORMS, VARIANTS } from '../../../domain/pins/variant.ts';
import { readPlan, type ReadPlan } from '../../plan/read-plan.ts';
import { actionsManifest } from './actions-manifest.ts';
import { goManifest } from './go-manifest.ts';
import { imageManifest, sourceManifest } from './image-manifest.ts';
import { npmManifest } from './npm-manifest.ts';
import { type Manifest, type Snapshot, snapshotOf } from './snapshot.ts';
import { submitSnapshot } from './submit-snapshot.ts';

/** What telling the forge needs from whoever runs it. */
export interface DependencyGraphDependencies {
  readonly store: ArtifactStore;
  readonly github: Github;
  /** The branch that releases are made from. */
  readonly branch: string;
  readonly now: () => Date;
}

/** The SBOM of an image, in the store. */
const SbomOfImage = z.object({
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  sbom: Artifact,
});
type SbomOfImage = Readonly<z.infer<typeof SbomOfImage>>;

/** What the forge is told of a release. */
const DependencyOrder = z.object({
  plan: Artifact,
  sboms: z.array(SbomOfImage).min(1),
  /** Stands for all releases: the newest snapshot under it replaces the one before. */
  correlator: z.string().min(1).default('foundry-release'),
});
type DependencyOrder = Readonly<z.input<typeof DependencyOrder>>;

/** What became of a snapshot. */
interface Submission {
  /** Of the snapshot, as the forge numbers it. */
  readonly id: number;
  readonly correlator: string;
  readonly result: string;
  readonly manifests: number;
  readonly dependencies: number;
  /** Types of purl that the forge does not know, whose packages it was told as `generic`. */
  readonly degraded: readonly string[];
}

/** What became of all that was told. */
export interface SubmittedDependencies {
  readonly submissions: readonly Submission[];
  /** The submissions with the snapshots as they were accepted, as JSON in the store. */
  readonly evidence: Artifact;
  /** The same for people, on one line. */
  readonly said: string;
}

/** What the forge's dependency graph is told. It may be repeated: a snapshot replaces the one before. */
export interface DependencyGraphActivities {
  /**
   * Tells the forge what the images of a release and the foundry itself depend on: the packages of each image by its SBOM, the sources
   * of OpenSSL, and by the files of the commit the npm packages, the Go modules of the tools and the actions of the workflows; a file
   * that the commit does not have is left out. Throws FND_BAD_DATA for what cannot be read or is not accepted, what the forge's API
   * throws, and what the store throws.
   */
  readonly submitDependencies: (order: DependencyOrder) => Promise<SubmittedDependencies>;
}

/** What reads a file of the commit, by its path. */
const READERS: readonly {
  readonly files: RegExp;
  readonly read: (path: string, text: string) => Manifest;
}[] = [
  { files: /^package-lock\.json$/, read: npmManifest },
  { files: /^tools\/[^/]+\/go\.mod$/, read: goManifest },
  { files: /^\.github\/workflows\/[^/]+\.ya?ml$/, read: actionsManifest },
];

/** The activity with what it works on. */
export function createDependencyGraphActivities(
  deps: DependencyGraphDependencies,
): DependencyGraphActivities {
  return {
    async submitDependencies(order) {
      const { plan: planArtifact, sboms, correlator } = DependencyOrder.parse(order);
      const plan = await readPlan(deps.store, planArtifact);
      const manifests = [
        ...(await imageManifests(deps.store, sboms)),
        sourceManifest(plan),
        ...(await fileManifests(deps.store, plan)),
      ];
      const { commit } = plan.plan;
      const made = snapshotOf(manifests, { commit, branch: deps.branch, correlator, scanned: deps.now() });
      const { id, result, snapshot, degraded } = await submitSnapshot(deps.github, made);
      const submission = { id, correlator, result, ...countsOf(snapshot), degraded };
      const evidence = { schemaVersion: 1, submissions: [{ ...submission, snapshot }] };
      return {
        submissions: [submission],
        evidence: await deps.store.put(Buffer.from(JSON.stringify(evidence)), 'application/json'),
        said: sentence(submission),
      };
    },
  };
}

async function imageManifests(store: ArtifactStore, sboms: readonly SbomOfImage[]): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const { variant, platform, sbom } of sboms) {
    manifests.push(imageManifest(variant, platform, jsonOf(await readText(store, sbom), variant)));
  }
  return manifests;
}

async function fileManifests(store: ArtifactStore, { plan }: ReadPlan): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const [path, artifact] of Object.entries(plan.files)) {
    const reader = READERS.find(({ files }) => files.test(path));
    if (reader !== undefined) manifests.push(reader.read(path, await readText(store, artifact)));
  }
  return manifests;
}

function countsOf({ manifests }: Snapshot): { manifests: number; dependencies: number } {
  const all = Object.values(manifests);
  const dependencies = all.reduce((sum, { resolved }) => sum + Object.keys(resolved).length, 0);
  return { manifests: all.length, dependencies };
}

function sentence({ dependencies, manifests, result, degraded }: Submission): string {
  const less = degraded.length === 0 ? '' : `; told as generic: ${degraded.join(', ')}`;
  return `${dependencies} dependencies in ${manifests} manifests: ${result.toLowerCase()}${less}`;
}

function jsonOf(text: string, variant: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `the SBOM of ${variant} is not JSON`, { cause });
  }
}
