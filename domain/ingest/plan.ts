import { z } from 'zod';
import { Address, Line } from '../pins/values.ts';
import { PURPOSES } from '../pins/variant.ts';

const Moment = z.iso.datetime();
const Cve = z.string().regex(/^CVE-\d{4}-\d{4,}$/);

/** One pin that ingest writes, or would write if nothing stood in the way. */
export const Bump = z.strictObject({
  kind: z.enum(['core', 'provider', 'base-image', 'repository-key', 'package', 'tool', 'action']),
  name: Line,
  /** The version or digest that is pinned; null for what is not there yet. */
  from: Line.nullable(),
  /** The version or digest that the upstream has; null for what goes. */
  to: Line.nullable(),
  /** `needed` and `no-longer-needed` are packages that others brought into a closure, and out of it. */
  reason: z.enum(['open-pin', 'security', 'newer', 'needed', 'no-longer-needed']),
  /** The vulnerabilities that it fixes, sorted. */
  fixes: z.array(Cve),
  /** When the upstream made it, where it says so. */
  since: Moment.nullable(),
  /** What is made with it. */
  purposes: z.array(z.enum(PURPOSES)),
  /** Where its release notes are. */
  notes: Address.nullable(),
});
export type Bump = z.infer<typeof Bump>;

/** News that ingest does not take by itself, or not yet. */
export const Waiting = z.strictObject({
  bump: Bump,
  /** `growth` waits for a person, as do tools and actions (`person`); a hold has an owner. */
  why: z.enum(['cooldown', 'hold', 'growth', 'person']),
  /** When it will not wait any longer, where that is known. */
  until: Moment.nullable(),
  detail: Line,
});
export type Waiting = z.infer<typeof Waiting>;

/** What a person must hear of, though ingest changes nothing for it. */
export const Alarm = z.strictObject({
  /** The same for the same matter: it is told once. */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i),
  title: Line,
  detail: z.string().min(1),
});
export type Alarm = z.infer<typeof Alarm>;

/** What one run of ingest found, and what follows from it. */
export const IngestPlan = z.strictObject({
  schemaVersion: z.literal(1),
  /** The commit that it goes on from. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  bumps: z.array(Bump),
  waiting: z.array(Waiting),
  alarms: z.array(Alarm),
  /** What a release of these pins makes anew: `provider`, `core`, and the variants. */
  rebuilds: z.array(Line),
  /** What was verified, a line each. */
  verified: z.array(Line),
});
export type IngestPlan = z.infer<typeof IngestPlan>;
