import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { cloneCommit, newestCommit } from '../../adapters/git/checkout.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { readProfile } from '../../adapters/profile/profile.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type ReleaseIdentity, releaseIdentity } from '../../domain/pins/identity.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import type { Versions } from '../../domain/pins/versions.ts';

/** What is to be released. */
export interface Request {
  /** The path of the profile. */
  readonly profile: string;
  /** 40 hex digits; the newest of the profile's branch when left out. */
  readonly commit?: string;
  readonly signal: AbortSignal;
}

/** A release that a commit asks for, and where the commit stands among others. */
export interface RequestedRelease extends ReleaseIdentity {
  /** What its policy wants to become of a release of an older commit that runs. */
  readonly newer: Versions['policy']['release']['newer'];
  /** How many commits the branch has up to it. */
  readonly height: number;
  /** The commits of the branch that came after it. */
  readonly after: readonly string[];
}

/**
 * The release that a commit of the forge asks for. Throws FND_BAD_INPUT when the commit is not on the branch or has no pins,
 * FND_BAD_PINS, FND_UNPINNED for pins that a release cannot go by, FND_UNREACHABLE for the forge, and what reading the profile throws.
 */
export async function requestedRelease({ profile, commit, signal }: Request): Promise<RequestedRelease> {
  const remote = await forgeOf(await readProfile(profile), signal);
  return await withTemporaryDirectory(async (folder) => {
    const chosen = commit ?? (await newestCommit(remote, folder));
    const clone = join(folder, 'clone');
    await mkdir(clone);
    const committed = await cloneCommit(remote, chosen, clone);
    const text = await ifThere(readFile(committed.pathOf(VERSIONS_FILE), 'utf8'));
    if (text === undefined) {
      throw new FoundryError('FND_BAD_INPUT', `commit ${chosen} of ${remote.url} has no ${VERSIONS_FILE}`, {
        hint: 'Commit one there first; docs/versions.md explains what stands in it.',
      });
    }
    const versions = requirePins(readVersions(text, VERSIONS_FILE), VERSIONS_FILE);
    const { newer } = versions.policy.release;
    return { ...releaseIdentity(versions.core.version, chosen), newer, ...(await committed.place()) };
  });
}
