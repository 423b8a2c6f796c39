import { z } from 'zod';
import { removeReferrers } from '../../adapters/registry/change-referrers.ts';
import { pushArtifact } from '../../adapters/registry/push-artifact.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { attachBundle, BUNDLE_MEDIA_TYPE } from '../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type OciDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { RELEASE_RECORD_TYPE } from '../../domain/evidence/project.ts';

/** The signed record of a release, and what it is about. */
export interface RecordOrder {
  /** The Sigstore bundle. */
  readonly bundle: Artifact;
  /** All that the record speaks of and is attached to, by digest, in the published repository. */
  readonly subjects: readonly OciDigest[];
}

/** Where a record is put. */
export interface RecordPlace {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  readonly repository: string;
}

const Bundle = z.record(z.string(), z.unknown());
type Bundle = z.infer<typeof Bundle>;

/**
 * Puts a record on everything that it speaks of, and into the repository as an artifact of its own, without a tag. Returns the digest of
 * that artifact. May be repeated: the same record gives the same manifests.
 * Throws FND_BAD_DATA for what is no bundle, FND_UNREACHABLE, and what the store throws.
 */
export async function storeRecord(
  { store, registry, repository }: RecordPlace,
  { bundle, subjects }: RecordOrder,
): Promise<OciDigest> {
  const { bytes, content } = await readBundle(store, bundle);
  for (const digest of subjects) {
    await attachBundle({ registry, repository, digest }, content, RELEASE_RECORD_TYPE);
  }
  return await pushArtifact(registry, repository, {
    artifactType: BUNDLE_MEDIA_TYPE,
    layers: [{ mediaType: BUNDLE_MEDIA_TYPE, bytes }],
    annotations: { 'dev.sigstore.bundle.predicateType': RELEASE_RECORD_TYPE },
  });
}

/** Takes a record off everything that it was put on: an aborted release must not be called completed. May be repeated. */
export async function takeRecordOff(
  { store, registry, repository }: RecordPlace,
  { bundle, subjects }: RecordOrder,
): Promise<void> {
  const { content } = await readBundle(store, bundle);
  const attachedDigest = sha256(JSON.stringify(content));
  for (const digest of subjects) {
    const subject = { registry, repository, digest };
    const ours = (await readAttachedBundles(subject)).filter((one) => one.digest === attachedDigest);
    await removeReferrers(
      subject,
      ours.map(({ manifest }) => manifest),
    );
  }
}

/** A Sigstore bundle of the store: its bytes, and what they say. Throws FND_BAD_DATA for anything else. */
export async function readBundle(
  store: ArtifactStore,
  artifact: Artifact,
): Promise<{ bytes: Uint8Array; content: Bundle }> {
  const bytes = await readBytes(store, artifact);
  try {
    return { bytes, content: Bundle.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) };
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${artifact.digest} is no Sigstore bundle`, { cause });
  }
}
