import { join } from 'node:path';
import { recordedExpectation } from '../../activities/selftest/expectation.ts';
import { fetchSuite } from '../../activities/selftest/suite-folder.ts';
import type { ImageFacts } from '../../activities/selftest/check-definition.ts';
import type { Directories } from '../../adapters/directories/directories.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { readRelease } from '../../adapters/temporal-history/read-history.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { ReleaseEntry } from '../release/release-entry.ts';
import { listReleases } from '../release/releases.ts';
import { selectRelease } from '../release/select-release.ts';
import { withOwnTemporal } from '../release/temporal.ts';

/** Which image, and which release says what it must be. */
export interface ExpectationCall {
  readonly digest: OciDigest;
  readonly variant: Variant;
  readonly platform: Platform;
  /** A release by its id, commit or version; else the one that made the image, else the newest that completed. */
  readonly release: string | undefined;
  readonly directories: Directories;
  readonly signal: AbortSignal;
}

/** What is known of an image: from which release, and the folder of the suite. */
export interface KnownImage {
  /** Null when nobody knows what the image must be, with the reason. */
  readonly release: string | null;
  readonly reason: string | null;
  readonly facts: ImageFacts;
  readonly suite: string | undefined;
}

/**
 * Asks this foundry's releases what an image must be, and unpacks the suite into `folder`. Without services, or without a release, nothing
 * is known: that is an answer, because many checks need no expectation. Throws FND_BAD_INPUT for a release that is named and is not there,
 * FND_UNREACHABLE, FND_NOT_RECORDED, and what the store throws.
 */
export async function expectOfImage(call: ExpectationCall, folder: string): Promise<KnownImage> {
  const { directories, signal, variant, platform } = call;
  const store = openDirectoryStore(join(directories.state, 'store'));
  try {
    return await withOwnTemporal(directories, signal, async ({ client }) => {
      const entry = releaseFor(await listReleases(client, new Date()), call);
      if (entry === undefined) return nobodyKnows('no release of this foundry has completed');
      const recorded = await readRelease(client, { workflowId: entry.id, runId: entry.runId });
      const { facts, suite } = await recordedExpectation(recorded, { variant, platform }, store);
      const unpacked = suite && (await fetchSuite(store, suite, folder));
      return { release: entry.id, reason: null, facts, suite: unpacked };
    });
  } catch (error) {
    const isOptional = call.release === undefined && error instanceof FoundryError;
    if (isOptional && error.code === 'FND_NOT_RUNNING') return nobodyKnows(error.message);
    throw error;
  }
}

/** The release that says what an image must be. */
export function releaseFor(
  entries: readonly ReleaseEntry[],
  { release, digest }: Pick<ExpectationCall, 'release' | 'digest'>,
): ReleaseEntry | undefined {
  if (release !== undefined) return selectRelease(entries, release);
  const made = entries.find(({ status }) => status?.images.some((image) => image.digest === digest));
  return made ?? entries.find(({ state }) => state === 'completed');
}

function nobodyKnows(reason: string): KnownImage {
  return { release: null, reason, facts: {}, suite: undefined };
}
