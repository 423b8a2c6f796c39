import { bundleIn } from '../../activities/publish/published-records.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { newestRecordTag, parseRecordTag, recordTag, tagOf } from '../../domain/pins/identity.ts';
import { VARIANTS, type Variant } from '../../domain/pins/variant.ts';
import type { RecordWord } from './what-is-meant.ts';

/** A repository that releases are published in. */
export interface PublishedPlace {
  readonly registry: Registry;
  readonly repository: string;
}

/** An image by the tag that a release gave it. */
export interface TaggedImage {
  readonly digest: OciDigest;
  readonly version: string;
  readonly variant: Variant;
}

const VERSION_TAG = /^(\d+\.\d+\.\d+)(?:-[a-z]+)?$/;

/** What a tag of ours says of its image: its version and its variant. Undefined for any other tag. */
export function meaningOfTag(tag: string): { version: string; variant: Variant } | undefined {
  const [, version] = VERSION_TAG.exec(tag) ?? [];
  if (version === undefined) return undefined;
  const variant = VARIANTS.find((one) => tagOf(version, one) === tag);
  return variant === undefined ? undefined : { version, variant };
}

/** The image of a variant of the newest version that is published. Throws FND_BAD_INPUT when there is none, FND_UNREACHABLE. */
export async function newestPublished(place: PublishedPlace, variant: Variant): Promise<TaggedImage> {
  const tags = await place.registry.listTags(place.repository);
  const versions = tags.flatMap((tag) => {
    const meaning = meaningOfTag(tag);
    return meaning?.variant === variant ? [meaning.version] : [];
  });
  const version = versions.toSorted(compareVersions).at(-1);
  if (version === undefined) throw nothing(place, `no ${variant} image is published`);
  return { digest: await digestOf(place, tagOf(version, variant)), version, variant };
}

/** Where a tag leads. Throws FND_BAD_INPUT when it is not there, FND_UNREACHABLE. */
export async function digestOf(place: PublishedPlace, tag: string): Promise<OciDigest> {
  const digest = await place.registry.resolveTag(place.repository, tag);
  if (digest !== undefined) return digest;
  throw nothing(place, `there is no tag ${tag}`);
}

/** The bundle of a record, as parsed JSON. Throws FND_BAD_INPUT when none or several are meant, FND_BAD_DATA, FND_UNREACHABLE. */
export async function readRecordBundle(place: PublishedPlace, word: RecordWord): Promise<unknown> {
  const { registry, repository } = place;
  const tag = await tagOfRecord(place, word);
  const found = await registry.findManifest(repository, tag);
  if (found === undefined) throw nothing(place, `there is no record ${tag}`);
  return await bundleIn(registry, repository, found.bytes, tag);
}

async function tagOfRecord(place: PublishedPlace, word: RecordWord): Promise<string> {
  if ('newest' in word) return newestRecordTag((await newestPublished(place, 'standard')).version);
  if (!('version' in word)) return await recordOfCommit(place, word.commit);
  if (word.commit === undefined) return newestRecordTag(word.version);
  return word.commit.length === 40
    ? recordTag({ version: word.version, commit: word.commit })
    : await recordOfCommit(place, word.commit, word.version);
}

async function recordOfCommit(place: PublishedPlace, commit: string, version?: string): Promise<string> {
  const tags = (await place.registry.listTags(place.repository)).filter((tag) => {
    const its = parseRecordTag(tag);
    if (its === undefined || (version !== undefined && version !== its.version)) return false;
    return commit.startsWith(its.shortCommit) || its.shortCommit.startsWith(commit);
  });
  const [only, ...more] = tags;
  if (only !== undefined && more.length === 0) return only;
  if (only === undefined) throw nothing(place, `there is no record of commit ${commit}`);
  throw new FoundryError('FND_BAD_INPUT', `${commit} names ${tags.length} records: ${tags.join(', ')}`, {
    hint: 'Name one of them whole.',
  });
}

function nothing({ registry, repository }: PublishedPlace, reason: string): FoundryError {
  return new FoundryError('FND_BAD_INPUT', `${registry.host}/${repository}: ${reason}`, {
    hint: 'Make a release with `./foundry release`, or name another image.',
  });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  return (
    [0, 1, 2]
      .map((part) => (left?.[part] ?? 0) - (right?.[part] ?? 0))
      .find((difference) => difference !== 0) ?? 0
  );
}
