import type { WatchRecordFile } from '../../adapters/watch-record/watch-record.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { isFinal } from '../../domain/release/problem.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import type { Look, ScannedImage, UnjudgedImage } from '../../domain/watch/look.ts';
import { mergeLook } from '../../domain/watch/merge-look.ts';
import type { WatchProblem } from '../../domain/watch/record.ts';
import type { Watched } from '../../domain/watch/status.ts';
import { notLooked, watchedOf } from '../../domain/watch/watched.ts';
import { databasesOf } from '../gates/gate-inputs.ts';
import { judgePublished } from './judge-published.ts';
import { platformsOf } from '../verify/platforms-of.ts';
import { gatherKnowledge, type Knowledge, type KnowledgeSources, reasonNotToJudge } from './knowledge.ts';
import { type Believed, readPublished } from './read-published.ts';
import { type PublishedPlace, type TaggedImage, taggedImages } from './tagged-images.ts';

/** What a look needs from whoever does it. */
export interface WatchDependencies extends KnowledgeSources {
  readonly record: WatchRecordFile;
  readonly believed: Believed;
  readonly report: Report;
  readonly now: () => Date;
}

/** What a look came to, and the record in the store; null when it could not be done. */
export interface LookResult {
  readonly watched: Watched;
  readonly record: Artifact | null;
}

/** One look at what is published. May be repeated at any time. */
export interface WatchActivities {
  /**
   * Scans all that is published, by its signed SBOMs and with the newest database, and keeps what it found. A look that could not be
   * done says so and leaves the record as it was. Throws FND_UNREACHABLE; FND_BAD_PINS and FND_BAD_INPUT for the branch, FND_BAD_DATA for
   * a database or a record that is none; FND_TOOL_MISSING, FND_TOOL_FAILED, FND_TOOL_OUTPUT.
   */
  readonly rescanPublished: (order: Record<string, never>) => Promise<LookResult>;
  /** What was known before a look that could not be done for this reason. Throws FND_BAD_DATA for a record that is none. */
  readonly recallExposures: (problem: Omit<WatchProblem, 'digest'>) => Promise<Watched>;
}

/** The activity with what it works on. */
export function createWatchActivities(dependencies: WatchDependencies): WatchActivities {
  return {
    rescanPublished: () => rescanPublished(dependencies),
    recallExposures: async (problem) => notLooked(problem, await dependencies.record.read()),
  };
}

async function rescanPublished(dependencies: WatchDependencies): Promise<LookResult> {
  const { store, record: file, now } = dependencies;
  const before = await file.read();
  const known = await gatherKnowledge(dependencies, now());
  const problem = reasonNotToJudge(known);
  if (problem !== undefined) return { watched: notLooked(problem, before), record: null };
  const record = mergeLook(before, {
    at: known.now,
    commit: known.commit,
    databases: databasesOf(known),
    levels: known.versions.policy.watch,
    ...(await lookAtAll(dependencies, known)),
  });
  const artifact = await store.put(Buffer.from(JSON.stringify(record)), 'application/json');
  await file.write(record);
  return { watched: watchedOf(record, before), record: artifact };
}

async function lookAtAll(
  dependencies: WatchDependencies,
  known: Knowledge,
): Promise<Pick<Look, 'scanned' | 'unjudged'>> {
  const { profile, openRegistry, report } = dependencies;
  const { registry, published } = profile.images;
  const place = { registry: openRegistry(registry), repository: published };
  const scanned: ScannedImage[] = [];
  const unjudged: UnjudgedImage[] = [];
  for (const tagged of await taggedImages(place)) {
    report(`look at ${tagged.tags.join(', ')}`);
    for (const platform of await platformsOf({ ...place, digest: tagged.digest })) {
      const seen = await lookAt(place, { ...tagged, platform }, dependencies.believed, known);
      if ('problem' in seen) unjudged.push(seen);
      else scanned.push(seen);
    }
  }
  return { scanned, unjudged };
}

async function lookAt(
  place: PublishedPlace,
  tagged: TaggedImage & { readonly platform: Platform | undefined },
  believed: Believed,
  known: Knowledge,
): Promise<ScannedImage | UnjudgedImage> {
  const { digest, platform, tags } = tagged;
  const unjudged = { digest, ...(platform === undefined ? {} : { platform }), tags: [...tags] };
  try {
    const { sbom, packages, ...image } = await readPublished(place, tagged, believed);
    const judgement = await judgePublished({ ...image, sbom, packages }, known);
    if ('problem' in judgement) return { ...unjudged, ...judgement };
    return { ...image, ...judgement };
  } catch (error) {
    if (!(error instanceof FoundryError) || !(await isOfImage(error, place))) throw error;
    return { ...unjudged, problem: { code: error.code, message: error.message } };
  }
}

/** Whether it is this image that cannot be judged, and not the look that cannot be done: what is broken must not hide the others. */
async function isOfImage({ code }: FoundryError, { registry }: PublishedPlace): Promise<boolean> {
  if (isFinal(code) || code === 'FND_EVIDENCE_MISSING') return true;
  if (code !== 'FND_UNREACHABLE') return false;
  await registry.ping();
  return true;
}
