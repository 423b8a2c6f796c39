import { X509Certificate } from 'node:crypto';
import { type Bundle, PublicKeyDetails, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { CreateEntryRequest } from '@sigstore/protobuf-specs/rekor/v2';
import type { VerificationMaterial, Witness } from '@sigstore/sign';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { preAuthDigest } from './envelope.ts';

/**
 * A witness that logs a DSSE envelope in Rekor v2 as `hashedrekord` 0.0.2 over its pre-authentication encoding.
 * The library's own witness logs it as `dsse`, which cosign and sigstore-python refuse and newer logs no longer take.
 */
export function hashedRekordWitness(rekorUrl: string, timeoutMs: number): Witness {
  return {
    async testify(content, certificatePem): Promise<VerificationMaterial> {
      const request = toRequest(content, certificatePem);
      const entry = await postEntry(`${rekorUrl}/api/v2/log/entries`, request, timeoutMs);
      return { tlogEntries: [TransparencyLogEntry.fromJSON(entry) as LogEntry] };
    },
  };
}

type LogEntry = NonNullable<VerificationMaterial['tlogEntries']>[number];

function toRequest(content: Bundle['content'], certificatePem: string): unknown {
  const envelope = content?.$case === 'dsseEnvelope' ? content.dsseEnvelope : undefined;
  const [signature] = envelope?.signatures ?? [];
  if (envelope === undefined || signature === undefined)
    throw new TypeError('only a signed envelope can be logged');
  return CreateEntryRequest.toJSON({
    spec: {
      $case: 'hashedRekordRequestV002',
      hashedRekordRequestV002: {
        digest: preAuthDigest(envelope.payloadType, envelope.payload),
        signature: {
          content: signature.sig,
          verifier: {
            keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
            verifier: {
              $case: 'x509Certificate',
              x509Certificate: { rawBytes: new X509Certificate(certificatePem).raw },
            },
          },
        },
      },
    },
  });
}

async function postEntry(url: string, request: unknown, timeoutMs: number): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw new FoundryError('FND_UNREACHABLE', `transparency log ${url}: ${messageOf(cause)}`, { cause });
  }
  if (response.ok) return await response.json();
  const said = (await response.text()).slice(0, 300);
  throw new FoundryError('FND_UNREACHABLE', `transparency log ${url}: status ${response.status}: ${said}`);
}
