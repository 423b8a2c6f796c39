import { z } from 'zod';
import type { Statement } from '../../adapters/sigstore/statement.ts';
import { type ErrorCode, FoundryError } from '../../domain/errors.ts';

/**
 * The predicate of a genuine statement in its strict form. A member that we do not know is refused with `code`: it could mean that the
 * rest does not hold.
 */
export function readPredicate<T>(
  { predicate }: Statement,
  schema: z.ZodType<T>,
  what: string,
  code: ErrorCode,
): T {
  const parsed = schema.safeParse(predicate);
  if (parsed.success) return parsed.data;
  throw new FoundryError(
    code,
    `the ${what} has another form than we read: ${z.prettifyError(parsed.error)}`,
    {
      hint: 'It may have been made by another version of the foundry: verify it with that one.',
      cause: parsed.error,
    },
  );
}

/** Throws an error with all reasons there are, if there are any. */
export function requireNone(reasons: readonly string[], what: string, code: ErrorCode): void {
  if (reasons.length === 0) return;
  throw new FoundryError(code, `${what}: ${reasons.join('; ')}`);
}
