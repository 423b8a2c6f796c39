import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, InternalError, TSAWitness } from '@sigstore/sign';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { hashedRekordWitness } from './log-witness.ts';
import { STATEMENT_PAYLOAD_TYPE, type Statement } from './statement.ts';

/** The log answers after its next checkpoint, so a signature can take some seconds. */
const TIMEOUT_MS = 20_000;

/** The services that turn a key made for one signature into a signature that can be verified for good. */
export interface SigningServices {
  /** Certificate authority. */
  readonly fulcio: string;
  /** Transparency log, version 2. */
  readonly rekor: string;
  /** RFC 3161; the origin, without a path. */
  readonly timestampAuthority: string;
  /** Gives an identity token for this signature. */
  getToken(): Promise<string>;
}

/** A Sigstore bundle as JSON, `application/vnd.dev.sigstore.bundle.v0.3+json`. */
export type BundleJson = Readonly<Record<string, unknown>>;

/**
 * Signs a statement with a fresh key under the token's identity: certificate with timestamp of the CT endpoint, entry in
 * the log, RFC 3161 timestamp. Nothing is retried here. Throws FND_UNREACHABLE, naming the service that gave no usable
 * answer, and whatever `getToken` throws.
 */
export async function signStatement(statement: Statement, services: SigningServices): Promise<BundleJson> {
  const limits = { retry: { retries: 0 }, timeout: TIMEOUT_MS };
  const token = await services.getToken();
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({
      fulcioBaseURL: services.fulcio,
      identityProvider: { getToken: () => Promise.resolve(token) },
      ...limits,
    }),
    witnesses: [
      hashedRekordWitness(services.rekor, TIMEOUT_MS),
      new TSAWitness({ tsaBaseURL: services.timestampAuthority, ...limits }),
    ],
  });
  try {
    const data = Buffer.from(JSON.stringify(statement));
    const bundle = await builder.create({ data, type: STATEMENT_PAYLOAD_TYPE });
    return withZeroFields(bundleToJSON(bundle));
  } catch (error) {
    if (error instanceof FoundryError) throw error;
    throw new FoundryError('FND_UNREACHABLE', `the statement could not be signed: ${reasonOf(error)}`, {
      hint: 'See whether the signing services run: `./foundry status`.',
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof InternalError && error.cause !== undefined) {
    return `${error.message}: ${messageOf(error.cause)}`;
  }
  return messageOf(error);
}

/**
 * Writes out the numbers that protobuf's JSON leaves out when they are zero. The first entry of a log has index 0, and
 * sigstore-python refuses a bundle without the field.
 */
function withZeroFields(bundle: object): BundleJson {
  const copy = structuredClone(bundle) as SerializedBundleShape;
  for (const entry of copy.verificationMaterial?.tlogEntries ?? []) {
    entry.logIndex ??= '0';
    entry.integratedTime ??= '0';
    if (entry.inclusionProof === undefined) continue;
    entry.inclusionProof.logIndex ??= '0';
    entry.inclusionProof.hashes ??= [];
  }
  return copy as BundleJson;
}

interface SerializedBundleShape {
  verificationMaterial?: {
    tlogEntries?: {
      logIndex?: string;
      integratedTime?: string;
      inclusionProof?: { logIndex?: string; hashes?: string[] };
    }[];
  };
}
