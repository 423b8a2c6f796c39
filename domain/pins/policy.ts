import type { Variant } from './variant.ts';
import type { Versions, Waivable } from './versions.ts';

/** A waiver that concerns a check and a variant. An expired one is named, so that a gate can say why it does not count. */
export interface FoundWaiver {
  readonly id: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly isExpired: boolean;
}

/** Whether a day that is named as the last one is over, in UTC. */
export function isOver(lastDay: string, now: Date): boolean {
  return now.toISOString().slice(0, lastDay.length) > lastDay;
}

/** The waivers for one gate and variant, sorted by id. */
export function waiversFor(versions: Versions, gate: Waivable, variant: Variant, now: Date): FoundWaiver[] {
  return Object.entries(versions.waiver[gate] ?? {})
    .filter(([, { variants }]) => variants === undefined || variants.includes(variant))
    .map(([id, { owner, reason, expires }]) => ({
      id,
      owner,
      reason,
      expires,
      isExpired: isOver(expires, now),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
