import {
  type KeyObject,
  X509Certificate as NodeCertificate,
  createHash,
  createPublicKey,
  sign,
} from 'node:crypto';
import { ASN1Obj, X509Certificate } from '@sigstore/core';

/** RFC 6962 section 3.1: the critical extension that keeps a precertificate from being used as a certificate. */
const POISON = '1.3.6.1.4.1.11129.2.4.3';

const VERSION_1 = 0;
const PRECERT_ENTRY = 1;
/** TLS HashAlgorithm sha256 and SignatureAlgorithm ecdsa (RFC 5246 section 7.4.1.4.1). */
const SHA256_ECDSA = Buffer.from([4, 3]);
const NO_EXTENSIONS = Buffer.alloc(2);
const EXTENSIONS_FIELD = 0xa3;

/** A signed certificate timestamp in the form of the `add-pre-chain` answer (RFC 6962 section 4.1). */
export interface SctAnswer {
  readonly sct_version: 0;
  readonly id: string;
  readonly timestamp: number;
  readonly extensions: '';
  readonly signature: string;
}

/**
 * Signs that a precertificate was seen at `now` (milliseconds since 1970): RFC 6962 section 3.2, ECDSA P-256.
 * `issuer` is the certificate that signed it. Throws when the precertificate is not signed by it or carries no poison.
 */
export function signPrecertificate(
  precertificate: Buffer,
  issuer: Buffer,
  key: KeyObject,
  now: number,
): SctAnswer {
  const issuerKey = new NodeCertificate(issuer).publicKey;
  if (!new NodeCertificate(precertificate).verify(issuerKey)) {
    throw new Error('the precertificate is not signed by its issuer');
  }
  const signature = sign(
    'sha256',
    signedData(precertificate, issuerKey.export({ type: 'spki', format: 'der' }), now),
    key,
  );
  return {
    sct_version: VERSION_1,
    id: sha256(createPublicKey(key).export({ type: 'spki', format: 'der' })).toString('base64'),
    timestamp: now,
    extensions: '',
    signature: Buffer.concat([SHA256_ECDSA, uint(signature.length, 2), signature]).toString('base64'),
  };
}

/** The to-be-signed part of a precertificate without its poison, DER. Throws when it carries none. */
export function withoutPoison(precertificate: Buffer): Buffer {
  const { tbsCertificate } = X509Certificate.parse(Buffer.from(precertificate));
  let removed = false;
  const fields = tbsCertificate.subs.map((field) => {
    const [extensions] = field.subs;
    if (!isExtensionsField(field) || extensions === undefined) return field;
    const kept = extensions.subs.filter((extension) => extension.subs[0]?.toOID() !== POISON);
    removed = kept.length < extensions.subs.length;
    return rebuilt(field, [rebuilt(extensions, kept)]);
  });
  if (!removed) throw new Error('the precertificate carries no poison extension');
  return rebuilt(tbsCertificate, fields).toDER();
}

function signedData(precertificate: Buffer, issuerSpki: Buffer, now: number): Buffer {
  const tbs = withoutPoison(precertificate);
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(now));
  return Buffer.concat([
    Buffer.from([VERSION_1, 0]),
    timestamp,
    uint(PRECERT_ENTRY, 2),
    sha256(issuerSpki),
    uint(tbs.length, 3),
    tbs,
    NO_EXTENSIONS,
  ]);
}

function isExtensionsField(field: ASN1Obj): boolean {
  return field.toDER()[0] === EXTENSIONS_FIELD;
}

function rebuilt(object: ASN1Obj, subs: ASN1Obj[]): ASN1Obj {
  return new ASN1Obj(object.tag, object.value, subs);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
