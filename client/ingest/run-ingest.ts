import { join } from 'node:path';
import { createIngestActivities } from '../../activities/ingest/ingest-activities.ts';
import { ingestDependencies } from '../../activities/ingest/ingest-dependencies.ts';
import type { IngestCheck } from '../../activities/ingest/ingest-context.ts';
import type { ResolvedPins } from '../../activities/ingest/resolve-pins.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { type Checkout, cloneBranch } from '../../adapters/git/checkout.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { type Profile, readProfile } from '../../adapters/profile/profile.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { FoundryError } from '../../domain/errors.ts';
import { diffLocks } from '../../domain/pins/diff-locks.ts';
import { entryText, type LockEntry, readLock } from '../../domain/pins/lock.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import type { Report } from '../../domain/report.ts';

/** One run of `foundry ingest`. */
export interface IngestCall {
  /** The path of the profile. */
  readonly profile: string;
  readonly stateFolder: string;
  readonly isDryRun: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What a run of `foundry ingest` did. */
export interface IngestOutcome {
  readonly isChanged: boolean;
  readonly isDryRun: boolean;
  /** The commit that holds these pins; with news in a dry run, the one they would follow. */
  readonly commit: string;
  /** What came, went and changed in the lock, a line each. */
  readonly changes: readonly string[];
  readonly checks: readonly IngestCheck[];
}

/**
 * Reads the pins from the forge, resolves and verifies them anew, and commits what changed. Nothing is written when nothing
 * changed, on a dry run, or when anything is refused. Throws what the activities of ingest throw; FND_BAD_INPUT without a
 * profile or pins, and for a policy that wants a pull request; FND_UNREACHABLE, FND_BUSY for the forge.
 */
export async function runIngest(call: IngestCall): Promise<IngestOutcome> {
  const profile = await readProfile(call.profile);
  const dependencies = await ingestDependencies({
    store: openDirectoryStore(join(call.stateFolder, 'store')),
    memory: join(call.stateFolder, 'fips-sources'),
    profile,
    report: call.report,
    signal: call.signal,
  });
  return withTemporaryDirectory(async (folder) => {
    const checkout = await cloneBranch(await forgeOf(profile, call.signal), folder);
    const versions = await pinsOf(checkout, profile);
    const lock = (await checkout.read(LOCK_FILE)) ?? null;
    if (!call.isDryRun) requirePushAllowed(versions);
    const { resolvePins } = createIngestActivities(dependencies);
    const resolved = await resolvePins({ versions, lock, isDryRun: call.isDryRun });
    const { isDryRun } = call;
    const changes = changesBetween(lock, resolved.lock);
    const commit =
      resolved.isChanged && !isDryRun
        ? await checkout.commit(filesOf(resolved), messageOf(changes))
        : await checkout.head();
    return { isChanged: resolved.isChanged, isDryRun, commit, changes, checks: resolved.checks };
  });
}

async function pinsOf(checkout: Checkout, { forge }: Profile): Promise<string> {
  const text = await checkout.read(VERSIONS_FILE);
  if (text !== undefined) return text;
  throw new FoundryError('FND_BAD_INPUT', `${forge.repository} has no ${VERSIONS_FILE} on ${forge.branch}`, {
    hint: 'Commit one there first; docs/versions.md explains what stands in it.',
  });
}

function requirePushAllowed(versions: string): void {
  const { mode } = readVersions(versions, VERSIONS_FILE).policy.ingest;
  if (mode === 'push') return;
  throw new FoundryError('FND_BAD_INPUT', `policy.ingest.mode is ${mode}, and this foundry only pushes`, {
    hint: 'See the news with `./foundry ingest --dry-run`, or set the mode to "push".',
  });
}

function filesOf({ versions, lock }: ResolvedPins): Record<string, string> {
  return { [VERSIONS_FILE]: versions, [LOCK_FILE]: lock };
}

function changesBetween(before: string | null, after: string): string[] {
  const fresh = readLock(after, LOCK_FILE);
  const old = before === null ? { ...fresh, files: [] } : readLock(before, LOCK_FILE);
  return diffLocks(old, fresh).map(({ kind, before: was, after: is }) => {
    const subject = was === undefined ? (is === undefined ? '' : described(is)) : described(was);
    return kind === 'changed' && is !== undefined
      ? `${kind} ${subject} to ${described(is)}`
      : `${kind} ${subject}`;
  });
}

function described(entry: LockEntry): string {
  return `${entryText(entry)} ${entry.sha256.slice(0, 12)}`;
}

function messageOf(changes: readonly string[]): string {
  return [`Pin what the upstream has today\n`, ...changes].join('\n');
}
