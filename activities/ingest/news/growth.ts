import { PURPOSES } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { Closures } from '../closures.ts';
import { hasOpenPins } from './bumps.ts';

/**
 * Says which closure grows by more packages than the policy lets join without a person, or undefined. One in which a person has left a
 * pin open was asked for, however large it is.
 */
export function tooMuchGrowth(versions: Versions, { pins }: Closures): string | undefined {
  const { growth } = versions.policy.ingest;
  for (const purpose of PURPOSES) {
    if (hasOpenPins(versions, purpose)) continue;
    const pinned = versions.packages[purpose]?.versions ?? {};
    const joining = Object.keys(pins[purpose] ?? {}).filter((name) => !Object.hasOwn(pinned, name));
    if (joining.length <= growth) continue;
    return `${joining.length} packages would join ${purpose}, and the policy lets ${growth}: ${joining.toSorted().join(', ')}`;
  }
  return undefined;
}
