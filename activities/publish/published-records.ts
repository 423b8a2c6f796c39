import { ImageManifest } from '../../adapters/registry/oci-types.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { BUNDLE_MEDIA_TYPE } from '../../adapters/sigstore/attach.ts';
import { openBundle } from '../../adapters/sigstore/verify.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { parseRecordTag, type ReleaseIdentity, recordTag } from '../../domain/pins/identity.ts';
import type { ReleaseStatus } from '../../domain/release/status.ts';
import { Checklist } from '../verify/checklist.ts';
import type { Trust } from '../verify/evidence.ts';
import { lookAtRecord, type RecordExpectation } from '../verify/verify-record.ts';

/** A repository that releases are published in, and whose signatures count there. */
export interface TrustedPlace {
  readonly registry: Registry;
  readonly repository: string;
  readonly trust: Trust;
}

/** The record of a release that completed, as it is published: genuine. */
export interface PublishedRecord {
  /** Of the artifact that its tags lead to. */
  readonly digest: OciDigest;
  readonly status: ReleaseStatus;
  readonly signedAt: Date;
}

/** The record of a release. Throws FND_BAD_INPUT when none is published, what refuses it when it is not genuine, FND_UNREACHABLE. */
export async function publishedRecord(
  place: TrustedPlace,
  identity: ReleaseIdentity,
): Promise<PublishedRecord> {
  const tag = recordTag(identity);
  const found = await readRecord(place, tag, identity);
  if (found === undefined) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${place.registry.host}/${place.repository}: there is no record ${tag}, so that release was never published`,
    );
  }
  if (found.refusal !== undefined) throw found.refusal;
  return found.record;
}

/** All records that are published, the one that was signed last first. What is not genuine is none. Throws FND_UNREACHABLE, FND_BAD_DATA. */
export async function publishedRecords(place: TrustedPlace): Promise<PublishedRecord[]> {
  const records: PublishedRecord[] = [];
  for (const tag of await place.registry.listTags(place.repository)) {
    if (parseRecordTag(tag) === undefined) continue;
    const found = await readRecord(place, tag, {});
    if (found?.record !== undefined) records.push(found.record);
  }
  return records.toSorted((a, b) => b.signedAt.getTime() - a.signedAt.getTime());
}

type Read =
  | { readonly record: PublishedRecord; readonly refusal?: undefined }
  | { readonly record?: undefined; readonly refusal: FoundryError };

async function readRecord(
  { registry, repository, trust }: TrustedPlace,
  tag: string,
  expected: RecordExpectation,
): Promise<Read | undefined> {
  const found = await registry.findManifest(repository, tag);
  if (found === undefined) return undefined;
  const bundle = await bundleIn(registry, repository, found.bytes, tag);
  const list = new Checklist();
  const status = await lookAtRecord(list, bundle, trust, expected);
  if (status === undefined) {
    return { refusal: list.refusal ?? new FoundryError('FND_BAD_DATA', `${tag} is no record of a release`) };
  }
  const { signedAt } = openBundle(bundle, trust.trustedRoot, trust.identity);
  return { record: { digest: found.digest, status, signedAt } };
}

/** The Sigstore bundle that a manifest carries, as parsed JSON. Throws FND_BAD_DATA when it carries none. */
export async function bundleIn(
  registry: Registry,
  repository: string,
  manifest: Uint8Array,
  tag: string,
): Promise<unknown> {
  const { data } = ImageManifest.safeParse(parse(manifest, tag));
  const layer = data?.layers.find(({ mediaType }) => mediaType === BUNDLE_MEDIA_TYPE);
  if (layer === undefined)
    throw new FoundryError('FND_BAD_DATA', `${registry.host}/${repository}:${tag} holds no Sigstore bundle`);
  return parse(await registry.getBlob(repository, layer.digest), tag);
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not JSON`, { cause });
  }
}
