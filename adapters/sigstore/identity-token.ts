import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/** Who asks an issuer for an identity token, and for which run. */
export interface TokenRequest {
  /** The issuer's URL. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the token says of the run: `sha`, `run_id`, `run_attempt`, `event_name`. */
  readonly run?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const TokenAnswer = z.object({ id_token: z.string().min(1) });
const RefusedAnswer = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Gets an identity token with client credentials (RFC 6749 section 4.4). Throws FND_UNREACHABLE when the issuer does not
 * answer as it should, FND_PERMISSION when it refuses. The secret never appears in an error.
 */
export async function requestIdentityToken(request: TokenRequest): Promise<string> {
  const { issuer, clientId, clientSecret, run = {}, timeoutMs = 10_000 } = request;
  const what = `issuer ${issuer}`;
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...run,
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    body = await response.json();
  } catch (cause) {
    throw new FoundryError('FND_UNREACHABLE', `${what} gave no usable answer: ${messageOf(cause)}`, {
      cause,
    });
  }
  const token = TokenAnswer.safeParse(body);
  if (response.ok && token.success) return token.data.id_token;
  const refused = RefusedAnswer.safeParse(body);
  if (!refused.success) throw new FoundryError('FND_UNREACHABLE', `${what}: status ${response.status}`);
  const { error, error_description: detail } = refused.data;
  throw new FoundryError(
    'FND_PERMISSION',
    `${what} refused ${clientId} a token: ${error}${detail === undefined ? '' : ` (${detail})`}`,
  );
}
