import { addReferrers } from '../../adapters/registry/change-referrers.ts';
import { type ImageAddress, nameOfImage } from '../../adapters/registry/image-address.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Attestation } from '../../domain/release/status.ts';
import { type Copying, copyManifest } from './copy-image.ts';

/**
 * Copies the attestations of one subject, an index or a manifest: exactly those that are expected, byte for byte, with the list that
 * leads to them where the registry keeps none. Others may be there and stay where they are: nobody has verified them. The copies are
 * read back. Throws FND_EVIDENCE_MISSING when one is not on the subject, before or after; else what {@link copyManifest} and
 * {@link readAttachedBundles} throw.
 */
export async function copyAttestations(
  copying: Copying,
  digest: OciDigest,
  expected: readonly Attestation[],
): Promise<void> {
  const { registry, from, to } = copying;
  const source: ImageAddress = { registry, repository: from, digest };
  const attached = await readAttachedBundles(source);
  const wanted = new Set(
    expected.map(({ bundle, predicateType }) => {
      const found = attached.find((one) => one.digest === bundle);
      if (found === undefined) throw evidenceMissing(source, `${predicateType}, bundle ${bundle}`);
      return found.manifest;
    }),
  );
  for (const carrier of wanted) await copyManifest(copying, carrier);
  const listed = await registry.listReferrers(from, digest);
  const target: ImageAddress = { registry, repository: to, digest };
  const carriers = listed.filter((descriptor) => wanted.has(descriptor.digest));
  const lost = await addReferrers(target, carriers);
  if (lost.length > 0) throw evidenceMissing(target, lost.map((carrier) => carrier.digest).join(', '));
}

function evidenceMissing(subject: ImageAddress, what: string): FoundryError {
  return new FoundryError(
    'FND_EVIDENCE_MISSING',
    `${nameOfImage(subject)}: the registry does not have ${what}`,
    {
      hint: 'What was attached is gone from the registry: see whether something deletes untagged manifests there.',
    },
  );
}
