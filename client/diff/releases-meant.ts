import {
  type PublishedRecord,
  publishedRecords,
  type TrustedPlace,
} from '../../activities/publish/published-records.ts';
import { FoundryError } from '../../domain/errors.ts';
import { chooseRecord } from '../verify/choose-record.ts';

/**
 * The two releases that are compared, the earlier named first: those that a person names, or the one named and the one that was signed before
 * it. Throws FND_BAD_INPUT for a word that names none or several, and when nothing was published before.
 */
export async function releasesMeant(
  place: TrustedPlace,
  first: string,
  second: string | undefined,
): Promise<readonly [PublishedRecord, PublishedRecord]> {
  const records = await publishedRecords(place);
  const named = chooseRecord(records, first);
  if (second !== undefined) return [named, chooseRecord(records, second)];
  const earlier = records[records.indexOf(named) + 1];
  if (earlier !== undefined) return [earlier, named];
  const { version, commit } = named.status;
  throw new FoundryError('FND_BAD_INPUT', `nothing was published before ${version} of commit ${commit}`, {
    hint: 'Name two releases.',
  });
}
