import { z } from 'zod';
import type { Signature } from '../../git/objects.ts';
import { ApiError } from '../api-error.ts';
import type { Viewer } from '../endpoint.ts';

/** Who wrote something, as a request says it. */
export const SignatureBody = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  date: z.iso.datetime({ offset: true }).optional(),
});

/** The signature a request asks for; by default the viewer, now. */
export function signatureOf(
  given: z.infer<typeof SignatureBody> | undefined,
  viewer: Viewer | undefined,
  now: Date,
): Signature {
  const login = viewer?.login ?? 'nobody';
  return {
    name: given?.name ?? login,
    email: given?.email ?? `${login}@foundry-lab.invalid`,
    date: given?.date === undefined ? now : new Date(given.date),
  };
}

/** Whether a text is a relative path that a tree may hold: no empty, `.`, `..` or `.git` part. */
export function isTreePath(path: string): boolean {
  const parts = path.split('/');
  return !/[\0\n\t\\]/.test(path) && parts.every((part) => !/^(|\.|\.\.|\.git)$/i.test(part));
}

/**
 * The fields of a body that an endpoint reads. The body has passed GitHub's description; what is refused here is
 * something GitHub's description allows and the service itself (or this lab) does not.
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ApiError(422, 'Validation Failed', {
    errors: result.error.issues.map(({ path, message }) => ({
      field: path.join('.'),
      code: 'invalid' as const,
      message,
    })),
  });
}
