import { FoundryError } from '../../domain/errors.ts';
import type { Platform } from '../../domain/pins/variant.ts';

/**
 * Refuses pins of several platforms before anything is built for them: no index joins two platforms yet, and so nothing could be
 * published (docs/publishing.md). Throws FND_BAD_INPUT.
 */
export function requireOnePlatform(platforms: readonly Platform[], commit: string): void {
  if (platforms.length === 1) return;
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${commit} pins ${platforms.join(' and ')}, and images of several platforms cannot be published yet`,
    {
      hint: 'Name one under `platforms` in versions.hcl, and let ingest write the pins: `./foundry ingest`.',
    },
  );
}
