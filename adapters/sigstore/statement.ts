import { z } from 'zod';

/** The payload type of an in-toto statement in a DSSE envelope. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** An in-toto statement, version 1: what is claimed (`predicate`) about which artifacts (`subject`). */
export const Statement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) }))
    .min(1),
  predicateType: z.string().min(1),
  predicate: z.record(z.string(), z.unknown()).optional(),
});

export type Statement = z.infer<typeof Statement>;
