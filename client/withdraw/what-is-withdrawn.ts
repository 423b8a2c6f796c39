import {
  type PublishedRecord,
  publishedRecords,
  type TrustedPlace,
} from '../../activities/publish/published-records.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Variant } from '../../domain/pins/variant.ts';
import type { OciDigest } from '../../domain/digest.ts';
import type { WithdrawalTarget } from '../../domain/withdrawal/contract.ts';
import { digestOf, newestPublished } from '../verify/find-published.ts';
import { chooseRecord } from '../verify/choose-record.ts';
import { type Meant, parseMeant } from '../verify/what-is-meant.ts';

/**
 * The release, or the image of one, that a person wants withdrawn, by its signed record. Throws FND_BAD_INPUT for what was never published,
 * names several releases, or lies in another repository; what refuses a record that is not genuine; FND_UNREACHABLE.
 */
export async function whatIsWithdrawn(place: TrustedPlace, text: string): Promise<WithdrawalTarget> {
  const meant = parseMeant(text);
  switch (meant.kind) {
    case 'variant':
      return await imageOf(place, (await newestPublished(place, meant.variant)).digest, text);
    case 'image':
      return await imageOf(place, await digestIn(place, meant, text), text);
    case 'record':
      return targetOf(chooseRecord(await publishedRecords(place), text), null);
    case 'path':
      throw new FoundryError(
        'FND_BAD_INPUT',
        `${text} is on this disk: only what is published can be withdrawn`,
      );
    default:
      throw new TypeError(`unknown: ${JSON.stringify(meant satisfies never)}`);
  }
}

function targetOf(
  { status: { version, commit } }: PublishedRecord,
  variant: Variant | null,
): WithdrawalTarget {
  return { version, commit, variant };
}

async function digestIn(
  place: TrustedPlace,
  { host, repository, reference }: Extract<Meant, { kind: 'image' }>,
  text: string,
): Promise<OciDigest> {
  const { registry } = place;
  if ((host !== undefined && host !== registry.host) || repository !== place.repository) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${text} is not in ${registry.host}/${place.repository}, where releases are published`,
    );
  }
  return 'digest' in reference ? reference.digest : await digestOf(place, reference.tag);
}

/** Of releases that made the same image, the newest: the digest is withdrawn whichever is named. */
async function imageOf(place: TrustedPlace, digest: OciDigest, text: string): Promise<WithdrawalTarget> {
  for (const record of await publishedRecords(place)) {
    const image = record.status.images.find((one) => one.digest === digest);
    if (image !== undefined) return targetOf(record, image.variant);
  }
  throw new FoundryError('FND_BAD_INPUT', `${text} (${digest}) is in no record of a release of ours`);
}
