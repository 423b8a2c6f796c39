import { type ImageAddress, nameOfImage } from '../../adapters/registry/image-address.ts';
import { attachBundle } from '../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import { ociDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { TestSuite } from '../../domain/evidence/test-result.ts';
import type { Attestation } from '../../domain/release/status.ts';
import type { StoredImage } from '../artifacts/stored-image.ts';
import { isSame } from './recorded-work.ts';
import { type Signed, signOnce, type Signing, type ToSign, verified } from './sign-once.ts';

/** A statement about an image, to be signed and attached. */
export interface Claim extends ToSign {
  readonly suite: TestSuite | null;
}

/** Where the subjects of statements lie in a registry. */
export type Subjects = readonly ImageAddress[];

/**
 * Signs statements about an image side by side, attaches each to every subject, reads everything back from the registry, and verifies it.
 * May be repeated: what was signed and attached before is found. Throws FND_EVIDENCE_MISSING when the registry does not give back what it
 * took, FND_SIGNATURE_REFUSED, and what signing and attaching throw.
 */
export async function signAndAttach(
  signing: Signing,
  subjects: Subjects,
  claims: readonly Claim[],
): Promise<Attestation[]> {
  const signed = await Promise.all(claims.map((claim) => signOnce(signing, claim)));
  await Promise.all(subjects.map((subject) => attachAll(subject, signed)));
  await Promise.all(subjects.map((subject) => readBack(signing, subject, signed)));
  return signed.map(({ statement, artifact }, at) => ({
    predicateType: statement.predicateType,
    suite: claims[at]?.suite ?? null,
    bundle: artifact.digest,
  }));
}

/** One after the other: a registry without a list of referrers has one tag for them, which is read, changed and written back. */
async function attachAll(subject: ImageAddress, signed: readonly Signed[]): Promise<void> {
  for (const { bundle, statement } of signed) await attachBundle(subject, bundle, statement.predicateType);
}

async function readBack(signing: Signing, subject: ImageAddress, signed: readonly Signed[]): Promise<void> {
  const attached = await readAttachedBundles(subject);
  for (const { statement, artifact } of signed) {
    const found = attached.find(({ digest }) => digest === artifact.digest);
    if (found === undefined) throw lost(subject, statement.predicateType);
    if (isSame(verified(signing, statement, found.bundle), statement)) continue;
    throw new FoundryError(
      'FND_DIGEST_MISMATCH',
      `${nameOfImage(subject)}: another ${statement.predicateType} was read back than was attached`,
    );
  }
}

function lost(subject: ImageAddress, predicateType: string): FoundryError {
  return new FoundryError(
    'FND_EVIDENCE_MISSING',
    `${nameOfImage(subject)}: the ${predicateType} that was just attached is not there`,
    {
      hint: 'The registry loses what refers to an image. Nothing may be published from it before it is mended.',
    },
  );
}

/** The index and the platform manifest of an image, in a repository. */
export function subjectsIn(
  { registry, repository }: Pick<ImageAddress, 'registry' | 'repository'>,
  { index, manifest }: StoredImage,
): Subjects {
  return [index, manifest].map(({ digest }) => ({ registry, repository, digest: ociDigest(digest) }));
}
