import { X509Certificate, verify as verifyBytes } from 'node:crypto';
import { RFC3161Timestamp, X509Certificate as SigstoreCertificate } from '@sigstore/core';
import {
  type BundleLatest,
  assertBundleLatest,
  bundleFromJSON,
  isBundleWithDsseEnvelope,
} from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import {
  type Signer,
  type TrustMaterial,
  VerificationError,
  Verifier,
  toSignedEntity,
  toTrustMaterial,
} from '@sigstore/verify';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { createMemory, frozen } from '../memory/memory.ts';
import { preAuthEncoding } from './envelope.ts';
import { type RefusalReason, SignatureRefused } from './refusal.ts';
import { STATEMENT_PAYLOAD_TYPE, Statement } from './statement.ts';

/** Every bundle must carry at least one certificate timestamp, one log entry and one RFC 3161 timestamp. */
const THRESHOLDS = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 } as const;

/** Who may have signed. Both are compared as they are: no pattern, no prefix. */
export interface ExpectedIdentity {
  /** The issuer of the identity token. */
  readonly issuer: string;
  /** The subject alternative name of the certificate. */
  readonly san: string;
}

/** What a signature must be, to be taken. */
export interface Expectation {
  readonly identity: ExpectedIdentity;
  /** The artifact it must speak of. */
  readonly subjectDigest: Sha256;
  readonly predicateType: string;
}

/**
 * Verifies a Sigstore bundle over an in-toto statement against a trusted root (both as parsed JSON), without any network,
 * and returns the statement. Throws {@link SignatureRefused} (FND_SIGNATURE_REFUSED) with its reason for anything else.
 */
export function verifyBundle(bundle: unknown, trustedRoot: unknown, expected: Expectation): Statement {
  const { statement } = openBundle(bundle, trustedRoot, expected.identity);
  requirePredicateType(statement, expected.predicateType);
  requireSubject(statement, expected.subjectDigest);
  return statement;
}

/** A statement whose signature is genuine; what it is about is not looked at yet. */
export interface OpenedBundle {
  readonly statement: Statement;
  /** When it was signed, by the timestamp authority. */
  readonly signedAt: Date;
}

/**
 * The same without a question of what the statement says and about which artifact, for who must look at all that is attached to an
 * image. Ask {@link requireSubject} before anything is made of it. Throws {@link SignatureRefused}.
 */
export function openBundle(bundle: unknown, trustedRoot: unknown, identity: ExpectedIdentity): OpenedBundle {
  const key = sha256(JSON.stringify([bundle, trustedRoot, identity.issuer, identity.san]));
  return opened(key, () => {
    const parsed = parseBundle(bundle);
    const { payload } = envelopeOf(parsed);
    const signedAt = genuineSince(key, () => requireGenuine(parsed, trustedRoot, identity));
    return frozen({ statement: parseStatement(payload), signedAt });
  });
}

/**
 * A release meets the same bundle on the index, on the manifest, in quarantine and where it is published. No clock has a say in whether it
 * is genuine, so what was found of the same bundle, root and identity is found again. The statements of the newest are kept as well.
 */
const opened = createMemory<OpenedBundle>(48);
const genuineSince = createMemory<Date>(4096);

/** Returns when it was signed. */
function requireGenuine(bundle: BundleLatest, trustedRoot: unknown, identity: ExpectedIdentity): Date {
  requireSignatureByCertificate(bundle, envelopeOf(bundle));
  requireIdentity(verifyAgainstRoot(bundle, trustedRoot), identity);
  return timeOf(bundle);
}

/**
 * The subject alternative name that the certificate of a bundle shows, without any proof: good enough to tell a broken bundle of
 * somebody's from one of others, and for nothing else.
 */
export function claimedName(bundle: unknown): string | undefined {
  try {
    const { content } = bundleFromJSON(bundle).verificationMaterial;
    if (content.$case !== 'certificate') return undefined;
    return SigstoreCertificate.parse(Buffer.from(content.certificate.rawBytes)).subjectAltName;
  } catch {
    return undefined;
  }
}

interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

function parseBundle(bundle: unknown): BundleLatest {
  try {
    const parsed = bundleFromJSON(bundle);
    assertBundleLatest(parsed);
    return parsed;
  } catch (cause) {
    throw new SignatureRefused('malformed', `not a Sigstore bundle v0.3: ${messageOf(cause)}`, cause);
  }
}

function envelopeOf(bundle: BundleLatest): Envelope {
  if (!isBundleWithDsseEnvelope(bundle))
    throw new SignatureRefused('malformed', 'the bundle holds no envelope');
  const { payloadType, payload, signatures } = bundle.content.dsseEnvelope;
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0) {
    throw new SignatureRefused('malformed', `the envelope has ${signatures.length} signatures, not one`);
  }
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) {
    throw new SignatureRefused(
      'payload-type',
      `the payload is ${payloadType}, not ${STATEMENT_PAYLOAD_TYPE}`,
    );
  }
  return { payloadType, payload, signature: signature.sig };
}

/** Says plainly "changed bytes" before the proofs over them fail one after the other; the library checks it again. */
function requireSignatureByCertificate(bundle: BundleLatest, envelope: Envelope): void {
  const { content } = bundle.verificationMaterial;
  if (content.$case !== 'certificate') {
    throw new SignatureRefused('malformed', 'the bundle carries no certificate');
  }
  let verified: boolean;
  try {
    const { publicKey } = new X509Certificate(content.certificate.rawBytes);
    const signed = preAuthEncoding(envelope.payloadType, envelope.payload);
    verified = verifyBytes('sha256', signed, publicKey, envelope.signature);
  } catch (cause) {
    throw new SignatureRefused('malformed', `the certificate cannot be used: ${messageOf(cause)}`, cause);
  }
  if (!verified) throw new SignatureRefused('signature', 'these bytes are not what the certificate signed');
}

function verifyAgainstRoot(bundle: BundleLatest, trustedRoot: unknown): Signer {
  let verifier: Verifier;
  try {
    verifier = new Verifier(trustMaterialOf(trustedRoot), THRESHOLDS);
  } catch (cause) {
    throw new SignatureRefused('trust-root', `the trusted root cannot be read: ${messageOf(cause)}`, cause);
  }
  try {
    return verifier.verify(toSignedEntity(bundle));
  } catch (cause) {
    throw new SignatureRefused(reasonOf(cause), messageOf(cause), cause);
  }
}

const materials = createMemory<TrustMaterial>(4);

function trustMaterialOf(trustedRoot: unknown): TrustMaterial {
  return materials(sha256(JSON.stringify(trustedRoot)), () =>
    toTrustMaterial(TrustedRoot.fromJSON(trustedRoot)),
  );
}

const REASONS = {
  TIMESTAMP_ERROR: 'timestamp',
  CERTIFICATE_ERROR: 'trust-root',
  PUBLIC_KEY_ERROR: 'trust-root',
  SIGNATURE_ERROR: 'signature',
  TLOG_ERROR: 'log',
  TLOG_BODY_ERROR: 'log',
  TLOG_INCLUSION_PROOF_ERROR: 'log',
  TLOG_INCLUSION_PROMISE_ERROR: 'log',
  TLOG_MISSING_INCLUSION_ERROR: 'log',
  NOT_IMPLEMENTED_ERROR: 'malformed',
} as const satisfies Record<VerificationError['code'], RefusalReason>;

function reasonOf(error: unknown): RefusalReason {
  return error instanceof VerificationError ? REASONS[error.code] : 'malformed';
}

/** The earliest of its timestamps, which have been verified. */
function timeOf({ verificationMaterial }: BundleLatest): Date {
  const times = (verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []).map(
    ({ signedTimestamp }) => RFC3161Timestamp.parse(Buffer.from(signedTimestamp)).signingTime.getTime(),
  );
  return new Date(Math.min(...times));
}

function requireIdentity({ identity }: Signer, expected: ExpectedIdentity): void {
  const issuer = identity?.extensions?.issuer;
  const san = identity?.subjectAlternativeName;
  if (issuer !== expected.issuer) {
    throw new SignatureRefused(
      'issuer',
      `the identity is by ${issuer ?? 'nobody'}, not by ${expected.issuer}`,
    );
  }
  if (san !== expected.san) {
    throw new SignatureRefused('identity', `signed by ${san ?? 'nobody'}, not by ${expected.san}`);
  }
}

function parseStatement(payload: Buffer): Statement {
  try {
    return Statement.parse(JSON.parse(payload.toString('utf8')));
  } catch (cause) {
    throw new SignatureRefused('malformed', 'the payload is not an in-toto statement, version 1', cause);
  }
}

function requirePredicateType({ predicateType }: Statement, expected: string): void {
  if (predicateType === expected) return;
  throw new SignatureRefused('predicate-type', `the statement is a ${predicateType}, not a ${expected}`);
}

/** Throws {@link SignatureRefused} (`digest`) unless a statement is about this artifact. */
export function requireSubject({ subject }: Statement, expected: Sha256): void {
  if (subject.some(({ digest }) => digest['sha256'] === expected)) return;
  const found = subject.map(({ digest }) => digest['sha256'] ?? 'no sha256').join(', ');
  throw new SignatureRefused('digest', `the statement is about ${found}, not about ${expected}`);
}
