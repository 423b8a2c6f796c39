import { z } from 'zod';
import { Line, Sha256Text } from './pins/values.ts';

/** Bytes by their digest, and what they are: all that activities hand to each other. The bytes are in the artifact store. */
export const Artifact = z.strictObject({
  digest: Sha256Text,
  /** In bytes. */
  size: z.int().nonnegative(),
  mediaType: Line,
});
export type Artifact = z.infer<typeof Artifact>;
