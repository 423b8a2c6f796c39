import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { proposePull } from '../../activities/ingest/publish/propose-pull.ts';
import { type Checkout, cloneBranch, findNewestCommit, type Remote } from '../../adapters/git/checkout.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { githubOf } from '../../adapters/profile/github-of.ts';
import { type Profile, readProfile } from '../../adapters/profile/profile.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { isOver } from '../../domain/pins/policy.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { addVex, type GivenStatement, removeVex } from '../../domain/pins/record-vex.ts';
import type { Vex } from '../../domain/pins/versions.ts';

/** One run of `foundry vex`. */
export interface VexCall {
  /** The path of the profile. */
  readonly profile: string;
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** A statement that `versions.hcl` has. */
export interface ListedStatement extends Vex {
  readonly cve: string;
  readonly isExpired: boolean;
}

/** All statements of the newest commit. */
export interface Statements {
  readonly commit: string;
  readonly statements: readonly ListedStatement[];
}

/** What was committed. */
export interface ChangedStatements {
  readonly cve: string;
  /** The commit, on the forge's branch or on that of the pull request. */
  readonly commit: string;
  /** The address of the pull request, where a policy wants one. */
  readonly pullRequest: string | null;
}

/** What the newest commit of the forge's branch states, by CVE. Throws FND_BAD_INPUT, FND_BAD_PINS, FND_UNREACHABLE. */
export async function listStatements(call: VexCall): Promise<Statements> {
  return await withPins(call, async (text, checkout) => {
    const { vex } = readVersions(text, VERSIONS_FILE);
    const statements = Object.entries(vex)
      .map(([cve, one]) => ({ cve, ...one, isExpired: isOver(one.expires, call.now) }))
      .toSorted((a, b) => (a.cve < b.cve ? -1 : 1));
    return { commit: await checkout.head(), statements };
  });
}

/**
 * Commits one more statement to the forge's branch, or to a branch with a pull request, as `policy.ingest.mode` says. Throws what
 * {@link addVex} and the forge throw; FND_BUSY when the branch moved meanwhile.
 */
export async function addStatement(call: VexCall, given: GivenStatement): Promise<ChangedStatements> {
  return await changed(call, given.cve, (text) => ({
    text: addVex(text, VERSIONS_FILE, given, call.now),
    message: additionMessage(given),
  }));
}

/** Commits that a statement is taken back. Throws like {@link addStatement}. */
export async function removeStatement(call: VexCall, cve: string): Promise<ChangedStatements> {
  return await changed(call, cve, (text) => ({
    text: removeVex(text, VERSIONS_FILE, cve),
    message: `Take back what is stated about ${cve}`,
  }));
}

interface ForgePlace {
  readonly profile: Profile;
  readonly forge: Remote;
}

/** What a commit will hold. */
interface Change {
  readonly text: string;
  readonly message: string;
}

async function changed(
  call: VexCall,
  cve: string,
  change: (text: string) => Change,
): Promise<ChangedStatements> {
  return await withPins(call, async (before, checkout, { profile, forge }) => {
    const wanted = change(before);
    const { mode } = readVersions(before, VERSIONS_FILE).policy.ingest;
    if (mode === 'push') return { cve, commit: await commitTo(checkout, wanted), pullRequest: null };
    // The same change asked for again has the same branch.
    const branch = `foundry/vex-${cve.toLowerCase()}-${sha256(wanted.text).slice(0, 12)}`;
    const commit = (await headOf({ ...forge, branch })) ?? (await commitTo(checkout, wanted, branch));
    const github = await githubOf(profile, call.signal);
    return { cve, commit, pullRequest: await proposePull(github, wanted, { branch, onto: forge.branch }) };
  });
}

async function commitTo(checkout: Checkout, { text, message }: Change, branch?: string): Promise<string> {
  return await checkout.commit({ [VERSIONS_FILE]: text }, message, branch);
}

async function headOf(remote: Remote): Promise<string | undefined> {
  return await withTemporaryDirectory((folder) => findNewestCommit(remote, folder));
}

async function withPins<T>(
  { profile: path, signal }: VexCall,
  use: (text: string, checkout: Checkout, place: ForgePlace) => Promise<T>,
): Promise<T> {
  const profile = await readProfile(path);
  const forge = await forgeOf(profile, signal);
  return await withTemporaryDirectory(async (folder) => {
    const checkout = await cloneBranch(forge, folder);
    return await use(await pinsOf(checkout, profile), checkout, { profile, forge });
  });
}

async function pinsOf(checkout: Checkout, { forge }: Profile): Promise<string> {
  const text = await checkout.read(VERSIONS_FILE);
  if (text !== undefined) return text;
  throw new FoundryError('FND_BAD_INPUT', `${forge.repository} has no ${VERSIONS_FILE} on ${forge.branch}`, {
    hint: 'Commit one there first; docs/versions.md explains what stands in it.',
  });
}

function additionMessage({
  cve,
  status,
  justification,
  reason,
  owner,
  expires,
  variants,
}: GivenStatement): string {
  const why = justification === undefined ? '' : ` (${justification})`;
  const where = variants === undefined ? 'every image' : variants.join(' and ');
  return `State that ${cve} is ${status.replaceAll('_', ' ')}\n\n${reason}\n\n${status}${why} for ${where}, by ${owner} until ${expires}.`;
}
