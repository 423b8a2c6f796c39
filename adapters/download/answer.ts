import { FoundryError, messageOf } from '../../domain/errors.ts';

/** What a server that gives no usable answer is called. `retryAfterMs` is how long it asks to be left alone. */
export function unreachable(
  url: string,
  reason: string,
  { cause, retryAfterMs }: { cause?: unknown; retryAfterMs?: number | undefined } = {},
): FoundryError {
  const pause =
    retryAfterMs === undefined ? '' : `; it asks for a pause of ${Math.ceil(retryAfterMs / 1000)} s`;
  return new FoundryError('FND_UNREACHABLE', `${url}: ${reason}${pause}`, {
    hint: 'Try again later. If it stays so, see whether the address in versions.hcl is still right.',
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Why a request failed, as far as the network says. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return error.cause.message || messageOf(error);
  return messageOf(error);
}

/** The chunks of an answer. Throws FND_BAD_DATA when there are more bytes than `limit`. */
export async function* bounded(response: Response, url: string, limit: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw new FoundryError('FND_BAD_DATA', `${url} is longer than ${limit} bytes`);
    yield chunk;
  }
}
