import { z } from 'zod';

/** The predicate of {@link WITHDRAWAL_TYPE}: its subjects must not be used any more. */
export const Withdrawal = z.strictObject({
  /** Why, in a sentence for those who use the image. */
  reason: z.string().min(1),
  /** Who decided it. */
  by: z.string().min(1),
  withdrawnAt: z.iso.datetime(),
});
export type Withdrawal = z.infer<typeof Withdrawal>;
