import type { Subject } from '../../adapters/registry/change-referrers.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import type { OciDigest } from '../../domain/digest.ts';
import type { Attestation } from '../../domain/release/status.ts';
import { type Copying, copyManifest } from './copy-image.ts';
import { evidenceMissing, requireListed } from './referrers-list.ts';

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
  const source: Subject = { registry, repository: from, digest };
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
  await requireListed(
    { registry, repository: to, digest },
    listed.filter((descriptor) => wanted.has(descriptor.digest)),
  );
}
