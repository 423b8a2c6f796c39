import type { ImageIndex } from '../../adapters/registry/oci-types.ts';
import type { AttachedBundle, ReadableImage } from '../../adapters/sigstore/read-attached.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import { SignatureRefused } from '../../adapters/sigstore/refusal.ts';
import type { Statement } from '../../adapters/sigstore/statement.ts';
import {
  claimedName,
  type ExpectedIdentity,
  openBundle,
  requireSubject,
} from '../../adapters/sigstore/verify.ts';
import { hexOf, type OciDigest, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { DESCRIBED, type EvidenceKind, requirementOf } from './requirement.ts';

/** Whose signatures count. */
export interface Trust {
  /** A Sigstore trusted root, as parsed JSON. */
  readonly trustedRoot: unknown;
  readonly identity: ExpectedIdentity;
}

/** A genuine statement of ours about the image. */
export interface Attested {
  readonly statement: Statement;
  /** Of its bundle. */
  readonly bundle: Sha256;
  readonly signedAt: Date;
}

/** The attestations of an image that count, as far as they were found. */
export type Attestations = Readonly<Partial<Record<EvidenceKind, Attested>>>;

/** Something that is attached and signed by somebody else, or by nobody who can be named. */
interface Foreign {
  readonly bundle: AttachedBundle;
  readonly refusal: SignatureRefused;
}

/** All that is attached to one index or manifest. */
export interface Evidence {
  /** Ours, oldest first. */
  readonly ours: readonly Attested[];
  readonly others: readonly Foreign[];
}

/** Opens a bundle, or says why it is not ours. */
export type BundleOpener = (attached: AttachedBundle) => Attested | SignatureRefused;

/**
 * Opens bundles of one trust, each once: the same hangs on the index and on the manifest. Throws {@link SignatureRefused} for a bundle
 * that shows our name and is not genuine.
 */
export function bundleOpener(trust: Trust): BundleOpener {
  const opened = new Map<Sha256, Attested | SignatureRefused>();
  return (attached) => {
    const known = opened.get(attached.digest) ?? open(attached, trust);
    opened.set(attached.digest, known);
    return known;
  };
}

/**
 * Reads all that is attached to an index or manifest, and verifies it. What others attached is kept apart: anybody who may write to a
 * registry can attach anything. Throws {@link SignatureRefused} for a bundle that shows our name and is not genuine, or is about
 * something else; FND_BAD_DATA, and what reading throws.
 */
async function readEvidence(image: ReadableImage, opener: BundleOpener): Promise<Evidence> {
  const ours: Attested[] = [];
  const others: Foreign[] = [];
  for (const bundle of await readAttachedBundles(image)) {
    const opened = opener(bundle);
    if (opened instanceof SignatureRefused) {
      others.push({ bundle, refusal: opened });
    } else {
      requireSubject(opened.statement, hexOf(image.digest));
      ours.push(opened);
    }
  }
  return { ours: ours.toSorted((a, b) => a.signedAt.getTime() - b.signedAt.getTime()), others };
}

/** What is attached to an index, and to the manifest of one of its platforms. */
export interface ImageEvidence {
  readonly index: Evidence;
  readonly manifest: Evidence;
}

/**
 * Reads what is attached to an index and to one of the manifests that it leads to. On an index of several platforms lies the evidence of
 * each: what speaks of the manifest of another, and not of this one, is left out. Throws as {@link readEvidence} does.
 */
export async function readImageEvidence(
  image: ReadableImage,
  { manifests }: Pick<ImageIndex, 'manifests'>,
  manifest: OciDigest,
  opener: BundleOpener,
): Promise<ImageEvidence> {
  const all = await readEvidence(image, opener);
  const others = new Set<string>(manifests.map(({ digest }) => hexOf(digest)));
  others.delete(hexOf(manifest));
  const isOfOther = ({ statement: { subject } }: Attested): boolean => {
    const about = subject.map(({ digest }) => digest['sha256'] ?? '');
    return !about.includes(hexOf(manifest)) && about.some((one) => others.has(one));
  };
  return {
    index: { ...all, ours: all.ours.filter((one) => !isOfOther(one)) },
    manifest: await readEvidence({ ...image, digest: manifest }, opener),
  };
}

function open({ bundle, digest }: AttachedBundle, trust: Trust): Attested | SignatureRefused {
  try {
    return { ...openBundle(bundle, trust.trustedRoot, trust.identity), bundle: digest };
  } catch (error) {
    if (!(error instanceof SignatureRefused)) throw error;
    const isAnothers = error.reason === 'identity' || error.reason === 'issuer';
    if (!isAnothers && claimedName(bundle) === trust.identity.san) throw error;
    return error;
  }
}

/** Of what is attached only these bundles: an image that several releases made has the evidence of each. */
export function evidenceAmong(evidence: Evidence, bundles: ReadonlySet<string>): Evidence {
  return { ...evidence, ours: evidence.ours.filter(({ bundle }) => bundles.has(bundle)) };
}

/**
 * The newest attestation of a kind that is on the index and, the same bundle, on the manifest. Throws FND_EVIDENCE_MISSING where there is
 * none; {@link SignatureRefused} where there is one, by somebody else.
 */
export function attestationOf(kind: EvidenceKind, index: Evidence, manifest: Evidence): Attested {
  const newest = ofKind(kind, index).at(-1);
  if (newest === undefined) throw missing(kind, index, 'index');
  if (ofKind(kind, manifest).some(({ bundle }) => bundle === newest.bundle)) return newest;
  throw missing(kind, manifest, 'platform manifest');
}

/** The withdrawals among what is attached. */
export function withdrawalsIn({ ours }: Evidence): Attested[] {
  return ours.filter(({ statement }) => statement.predicateType === PREDICATE_TYPES.withdrawal);
}

/** The attestations of a kind among what is attached, oldest first. */
export function ofKind(kind: EvidenceKind, { ours }: Evidence): Attested[] {
  return ours.filter(({ statement }) => requirementOf(statement) === kind);
}

function missing(kind: EvidenceKind, { others }: Evidence, where: string): FoundryError {
  const { title, predicateType } = DESCRIBED[kind];
  const byAnother = others.find(({ bundle }) => bundle.predicateType === predicateType);
  if (byAnother !== undefined) return byAnother.refusal;
  return new FoundryError('FND_EVIDENCE_MISSING', `no ${title} of ours is attached to the ${where}`, {
    hint: 'Ask whoever runs the registry: what was attached may have been lost on the way, or never been copied.',
  });
}
