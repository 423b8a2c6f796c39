import type { Variant } from './variant.ts';
import type { Versions, Vex, VexStatus } from './versions.ts';

/** What somebody signed off until a day. What has expired is named too, so that a gate can say why it does not count. */
interface SignedOff {
  /** Of a check, or of a CVE. */
  readonly id: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly isExpired: boolean;
}

/** A waiver that concerns a check and a variant. */
export type FoundWaiver = SignedOff;

/** A statement that concerns a CVE and a variant. */
export interface FoundStatement extends SignedOff, Pick<Vex, 'status' | 'justification'> {}

/** What of {@link VexStatus} says that a vulnerability does no harm. */
const HARMLESS: ReadonlySet<VexStatus> = new Set(['not_affected', 'fixed']);

/** Whether a status, while it holds, lets a vulnerability pass. */
export function isHarmless(status: VexStatus): boolean {
  return HARMLESS.has(status);
}

/** Whether a day that is named as the last one is over, in UTC. */
export function isOver(lastDay: string, now: Date): boolean {
  return now.toISOString().slice(0, lastDay.length) > lastDay;
}

/** The waivers for one gate and variant, sorted by id. None are for known vulnerabilities, which pass by a statement alone. */
export function waiversFor(
  versions: Versions,
  gate: keyof Versions['waiver'],
  variant: Variant,
  now: Date,
): FoundWaiver[] {
  return signedOff(versions.waiver[gate] ?? {}, variant, now);
}

/** The statements on vulnerabilities of one variant, sorted by CVE. */
export function statementsFor(versions: Versions, variant: Variant, now: Date): FoundStatement[] {
  return signedOff(versions.vex, variant, now).map((found) => {
    const { status, justification } = versions.vex[found.id] as Vex;
    return { ...found, status, ...(justification === undefined ? {} : { justification }) };
  });
}

interface Block extends Omit<SignedOff, 'id' | 'isExpired'> {
  readonly variants?: readonly Variant[] | undefined;
}

function signedOff(blocks: Readonly<Record<string, Block>>, variant: Variant, now: Date): SignedOff[] {
  return Object.entries(blocks)
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
