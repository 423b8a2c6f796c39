import { z } from 'zod';
import { CveId, VEX_JUSTIFICATIONS, VEX_STATUSES } from '../pins/versions.ts';
import { Sha256Text } from '../pins/values.ts';

/** OpenVEX 0.2.0: the context of its documents, and the predicate type of a statement that holds one. */
export const OPENVEX = 'https://openvex.dev/ns/v0.2.0';

const Purl = z.string().regex(/^pkg:\S+$/, 'expected a package URL');

const Product = z.strictObject({
  /** The purl of an index or a manifest, by its digest. */
  '@id': Purl,
  hashes: z.strictObject({ 'sha-256': Sha256Text }),
  /** The packages in it that the vulnerability is known of. */
  subcomponents: z
    .array(z.strictObject({ '@id': Purl }))
    .min(1)
    .optional(),
});

const NOTES = /^until (\d{4}-\d{2}-\d{2}), by \S/;

const StatedVulnerability = z.strictObject({
  vulnerability: z.strictObject({ name: CveId }),
  products: z.array(Product).min(1),
  status: z.enum(VEX_STATUSES),
  /** Until when it holds and who says so, see {@link statusNotes}. OpenVEX has no member for either. */
  status_notes: z.string().regex(NOTES, 'expected until when it holds, and by whom'),
  /** Why the product is not affected; with the status `not_affected` alone. */
  justification: z.enum(VEX_JUSTIFICATIONS).optional(),
  impact_statement: z.string().min(1).optional(),
  /** What to do; with the status `affected` alone. */
  action_statement: z.string().min(1).optional(),
});
export type StatedVulnerability = z.infer<typeof StatedVulnerability>;

/** The predicate of {@link OPENVEX}, as far as we write it: what is stated about the vulnerabilities of one image. */
export const OpenVex = z.strictObject({
  '@context': z.literal(OPENVEX),
  '@id': z.string().min(1),
  author: z.string().min(1),
  timestamp: z.iso.datetime(),
  version: z.literal(1),
  statements: z.array(StatedVulnerability).min(1),
});
export type OpenVex = z.infer<typeof OpenVex>;

/** Until when a statement holds, by whom, and what else there is to say, as {@link lastDayOf} finds it again. */
export function statusNotes(expires: string, owner: string, reason?: string): string {
  return `until ${expires}, by ${owner}${reason === undefined ? '' : `: ${reason}`}`;
}

/** The last day, `YYYY-MM-DD` in UTC, on which a statement holds. */
export function lastDayOf({ status_notes: notes }: Pick<StatedVulnerability, 'status_notes'>): string {
  const day = NOTES.exec(notes)?.[1];
  if (day === undefined) throw new Error('a statement that was read says until when it holds');
  return day;
}
