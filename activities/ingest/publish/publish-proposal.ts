import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { type Checkout, cloneBranch, findNewestCommit, type Remote } from '../../../adapters/git/checkout.ts';
import type { Github } from '../../../adapters/github/open-github.ts';
import { FoundryError } from '../../../domain/errors.ts';
import type { Proposal } from '../../../domain/ingest/proposal.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import { pinsDigest } from './pins-of-commit.ts';
import { proposePull, PULL_BRANCHES } from './propose-pull.ts';

/** Where the new pins are. Both null: other pins were committed meanwhile, and the next run goes on from those. */
export interface PublishedPins {
  /** The commit that holds them: on the branch, or on that of the pull request. */
  readonly commit: string | null;
  /** The address of the pull request; null when the branch itself holds them. */
  readonly pullRequest: string | null;
}

/** Where pins are published. */
export interface PublishingPlace {
  readonly forge: Remote;
  readonly github: Github;
}

/**
 * Commits a proposal to the branch, or to a branch of its own with a pull request, as its mode says. What is there already is left alone;
 * nothing is ever overwritten. Where other pins stand on the branch than those that it goes on from, nothing is published. Throws FND_BUSY
 * when a branch moves meanwhile, and what the forge throws.
 */
export async function publishProposal(place: PublishingPlace, proposal: Proposal): Promise<PublishedPins> {
  return await withTemporaryDirectory(async (folder) => {
    const checkout = await cloneBranch(place.forge, folder);
    const standing = await digestAt(checkout);
    if (standing === pinsDigest(proposal)) return { commit: await checkout.head(), pullRequest: null };
    if (standing !== proposal.from) return { commit: null, pullRequest: null };
    if (proposal.mode === 'push')
      return { commit: await commitTo(checkout, proposal, place.forge.branch), pullRequest: null };
    return await propose(place, checkout, proposal);
  });
}

/** Each set of pins has its branch for what would follow it: its head goes forward, and merges as long as those pins stand. */
async function propose(
  { forge, github }: PublishingPlace,
  main: Checkout,
  proposal: Proposal,
): Promise<PublishedPins> {
  const branch = `${PULL_BRANCHES}${proposal.from.slice(0, 12)}`;
  const commit = await withTemporaryDirectory(async (folder) => {
    const remote = { ...forge, branch };
    if ((await findNewestCommit(remote, folder)) === undefined) return commitTo(main, proposal, branch);
    const checkout = await cloneBranch(remote, folder);
    const isThere = (await digestAt(checkout)) === pinsDigest(proposal);
    return isThere ? checkout.head() : commitTo(checkout, proposal, branch);
  });
  return { commit, pullRequest: await proposePull(github, proposal, { branch, onto: forge.branch }) };
}

async function commitTo(
  checkout: Checkout,
  { versions, lock, message }: Proposal,
  branch: string,
): Promise<string> {
  return await checkout.commit({ [VERSIONS_FILE]: versions, [LOCK_FILE]: lock }, message, branch);
}

async function digestAt(checkout: Checkout): Promise<string> {
  const versions = await checkout.read(VERSIONS_FILE);
  if (versions === undefined)
    throw new FoundryError('FND_BAD_INPUT', `the branch has no ${VERSIONS_FILE} any more`);
  return pinsDigest({ versions, lock: (await checkout.read(LOCK_FILE)) ?? null });
}
