import { readFile } from 'node:fs/promises';
import { ifThere } from '../../../adapters/files/if-there.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { cloneCommit, type Remote } from '../../../adapters/git/checkout.ts';
import { FoundryError } from '../../../domain/errors.ts';
import type { IngestPlan } from '../../../domain/ingest/plan.ts';
import type { Proposal } from '../../../domain/ingest/proposal.ts';
import { renderMessage } from '../../../domain/ingest/render-message.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { type CommittedPins, pinsDigest } from '../publish/pins-of-commit.ts';
import type { ResolvedPins } from '../resolve-pins.ts';

/** What is known of a run before its plan is made. */
export interface PlanBasis {
  readonly commit: string;
  readonly pins: CommittedPins;
  readonly now: Date;
}

/** A plan, and what to publish of it; null where no pin changes. */
export interface MadePlan {
  readonly plan: IngestPlan;
  readonly proposal: Proposal | null;
}

/** Puts what was resolved into a plan, and into words for a commit. */
export function makePlan({ commit, pins, now }: PlanBasis, resolved: ResolvedPins): MadePlan {
  const { bumps, waiting, alarms, rebuilds, checks, isChanged, versions, lock } = resolved;
  const verified = checks.map(({ step, detail }) => `${step}: ${detail}`);
  const plan: IngestPlan = {
    schemaVersion: 1,
    commit,
    bumps: isChanged ? [...bumps] : [],
    waiting: [...waiting],
    alarms: [...alarms],
    rebuilds: isChanged ? [...rebuilds] : [],
    verified: checks.length === 0 ? [] : [...verified, `all of it at ${now.toISOString()}`],
  };
  if (!isChanged) return { plan, proposal: null };
  const { mode } = readVersions(pins.versions, VERSIONS_FILE).policy.ingest;
  const message = renderMessage(plan);
  const from = pinsDigest(pins);
  return { plan, proposal: { schemaVersion: 1, mode, plan, from, message, versions, lock, commit } };
}

/** The pins that a commit of the branch holds. Throws FND_BAD_INPUT when it is not there or has none, FND_UNREACHABLE. */
export async function pinsOfCommit(forge: Remote, commit: string): Promise<CommittedPins> {
  return await withTemporaryDirectory(async (folder) => {
    const files = await cloneCommit(forge, commit, folder);
    const read = (path: string): Promise<string | undefined> => ifThere(readFile(files.pathOf(path), 'utf8'));
    const versions = await read(VERSIONS_FILE);
    if (versions !== undefined) return { versions, lock: (await read(LOCK_FILE)) ?? null };
    throw new FoundryError('FND_BAD_INPUT', `${forge.url} has no ${VERSIONS_FILE} on ${forge.branch}`, {
      hint: 'Commit one there first; docs/versions.md explains what stands in it.',
    });
  });
}
