import { FoundryError } from '../../../domain/errors.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { type Closures, type Offered, resolveClosures } from '../closures.ts';
import type { IngestRun } from '../ingest-context.ts';
import type { CoreCandidate } from './bumps.ts';
import { tooMuchGrowth } from './growth.ts';
import { openBase, type OpenedBase } from './opened-base.ts';
import type { Surroundings } from './surroundings.ts';

/** What is taken of the news. */
export interface Chosen {
  /** The pins as they were, with the version of the core that is aimed at. */
  readonly aimed: Versions;
  readonly base: OpenedBase;
  readonly closures: Closures;
  /** What a person must allow first: the closures that policy does not let grow so much, and why. Null when nothing waits for that. */
  readonly putOff: PutOff | null;
}

/** What would have been taken. */
interface PutOff {
  readonly base: OpenedBase;
  readonly closures: Closures;
  readonly detail: string;
}

/**
 * Chooses by policy. Where a closure grows by more than the policy lets, the packages stay as they are, and with them the base image that
 * some of them come from. Throws FND_UNRESOLVED, FND_DIGEST_MISMATCH, and what bringing the pinned base image throws.
 */
export async function choose(
  run: IngestRun,
  around: Surroundings,
  { isGrowthAccepted }: { readonly isGrowthAccepted: boolean },
): Promise<Chosen> {
  const { before, newestBase, onBase, onCore } = around;
  const aimed = withCore(before, onCore.taken);
  const base = onBase.waiting === null ? newestBase : await pinnedBase(run, around);
  const closures = closuresOn(around, aimed, base);
  const detail = isGrowthAccepted ? undefined : tooMuchGrowth(before, closures);
  if (detail === undefined) return { aimed, base, closures, putOff: null };
  const isOther = before.base.digest !== undefined && before.base.digest !== base.image.digest;
  const kept = isOther ? await pinnedBase(run, around) : base;
  return {
    aimed,
    base: kept,
    closures: resolveClosures(aimed, around.indexes, kept.packages, run.now(), { areKept: true }),
    putOff: { base, closures, detail },
  };
}

/** The versions with another core, whose archive is not pinned yet. */
function withCore(versions: Versions, taken: CoreCandidate | null): Versions {
  if (taken === null) return versions;
  const { sha256: _, ...core } = versions.core;
  const { version, published } = taken.release;
  return {
    ...versions,
    core: { ...core, version, released: published.toISOString().slice(0, 10), revision: 0 },
  };
}

function closuresOn(
  { before, indexes, admission, patience }: Surroundings,
  aimed: Versions,
  { packages }: OpenedBase,
): Closures {
  const admit = ({ purpose, records, inBase }: Offered): ReturnType<typeof admission.admit> => {
    const pinned = { ...before.packages[purpose]?.versions };
    const held = new Set(inBase.map(({ name }) => name));
    // What the base image holds is bound to its version there, which was decided with the image.
    for (const name of held) delete pinned[name];
    const admitted = admission.admit(records, pinned).filter(({ name }) => !held.has(name));
    return [...admitted, ...records.filter(({ name }) => held.has(name))];
  };
  return resolveClosures(aimed, indexes, packages, patience.now, { admit });
}

/** The base image that is pinned, in the place of the newest one. */
async function pinnedBase(run: IngestRun, { before, known }: Surroundings): Promise<OpenedBase> {
  const { digest, image } = before.base;
  if (digest === undefined) throw new FoundryError('FND_UNPINNED', `no digest of ${image} is pinned`);
  run.supply.putBack('base');
  return await openBase(run, before, digest, known);
}
