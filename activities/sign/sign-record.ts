import { Buffer } from 'node:buffer';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { hexOf } from '../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { requireRecorded } from './record-facts.ts';
import { signOnce, type Signing } from './sign-once.ts';
import { statementOf } from './statements/statement.ts';

/** A release record, signed. */
export interface SignedRecord {
  /** The record itself: the JSON of the status. */
  readonly record: Artifact;
  /** The Sigstore bundle of the statement about all images of the release. */
  readonly bundle: Artifact;
}

/** Where images of a release are published. */
export interface PublishedPlace {
  readonly registry: { readonly host: string };
  readonly published: string;
}

/**
 * Signs the record of a release, about the indexes of all its images, when history says the same. May be repeated. Throws
 * FND_NOT_RECORDED, FND_BAD_DATA for what is no status, and what signing throws.
 */
export async function signStatus(
  signing: Signing,
  place: PublishedPlace,
  release: RecordedRelease,
  given: ReleaseStatus,
): Promise<SignedRecord> {
  const status = ReleaseStatus.parse(given);
  const repository = { registry: place.registry.host, repository: place.published };
  requireRecorded(release, status, repository);
  const name = `${repository.registry}/${repository.repository}`;
  const digests = new Set(status.images.map(({ digest }) => digest));
  const statement = statementOf(
    [...digests].map((digest) => ({ name, digest: { sha256: hexOf(digest) } })),
    PREDICATE_TYPES.releaseRecord,
    status,
  );
  const { artifact } = await signOnce(signing, { statement });
  const record = await signing.store.put(Buffer.from(canonicalJson(status)), 'application/json');
  return { record, bundle: artifact };
}
