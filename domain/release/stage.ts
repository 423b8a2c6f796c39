import { z } from 'zod';

/** The stages of a release, in their order. */
export const STAGES = ['audit', 'ingest', 'construct', 'self-test', 'evidence', 'gates', 'publish'] as const;
export const Stage = z.enum(STAGES);
export type Stage = z.infer<typeof Stage>;
