import type { Directories } from '../../adapters/directories/directories.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import { type WithdrawalStatus, withdrawalsOf } from '../../domain/withdrawal/contract.ts';
import { listWithdrawals } from '../withdraw/withdrawals.ts';
import { type ReleaseEntry } from './release-entry.ts';
import { listReleases } from './releases.ts';
import { shortCommit } from './select-release.ts';
import { withOwnTemporal } from './temporal.ts';

/** Where an image is. */
export type ImagePlace = Pick<ReleasedImage, 'registry' | 'repository' | 'digest'>;

/** The platform of this machine. */
export const HERE: Platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';

/**
 * The image of a variant that the newest completed release made for this machine's platform and that was not withdrawn. Needs Temporal, but
 * no worker. Throws FND_NOT_RUNNING, FND_UNREACHABLE for Temporal; FND_BAD_INPUT when no release completed, or the newest did not make such
 * an image.
 */
export async function newestImage(
  directories: Directories,
  variant: Variant,
  signal: AbortSignal,
): Promise<ImagePlace> {
  return await withOwnTemporal(directories, signal, async ({ client }) => {
    const withdrawals = await listWithdrawals(client);
    const entries = await listReleases(client, new Date());
    return imageOf(
      entries.filter((entry) => !isWithdrawn(withdrawalsOf(withdrawals, entry), variant)),
      variant,
      HERE,
    );
  });
}

function isWithdrawn(withdrawals: readonly WithdrawalStatus[], wanted: Variant): boolean {
  return withdrawals.some(({ variant }) => variant === null || variant === wanted);
}

/** The same, from a list of releases, newest first. */
export function imageOf(entries: readonly ReleaseEntry[], variant: Variant, platform: Platform): ImagePlace {
  const newest = entries.find(({ state }) => state === 'completed');
  if (newest === undefined) {
    throw new FoundryError('FND_BAD_INPUT', 'no release has completed yet', {
      hint: 'Make one with `./foundry release`.',
    });
  }
  const image = newest.status?.images.find((one) => one.variant === variant && one.platform === platform);
  if (image === undefined) {
    throw new FoundryError('FND_BAD_INPUT', `the newest release has no ${variant} image for ${platform}`, {
      hint: `\`./foundry show ${shortCommit(newest)}\` lists its images.`,
    });
  }
  const { registry, repository, digest } = image;
  return { registry, repository, digest };
}
