import type { Registry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** A tag, and what it leads to; null when it is not there. */
export interface TagState {
  readonly tag: string;
  readonly digest: OciDigest | null;
}

/** A tag, and what it is to lead to. */
export interface TagMove {
  readonly tag: string;
  readonly digest: OciDigest;
}

/** The tags of one repository. */
export interface TaggedPlace {
  readonly registry: Registry;
  readonly repository: string;
}

/** Where tags lead now, in the order asked for. Throws FND_UNREACHABLE. */
export async function readTags(place: TaggedPlace, tags: readonly string[]): Promise<TagState[]> {
  const states: TagState[] = [];
  for (const tag of tags) states.push({ tag, digest: await resolve(place, tag) });
  return states;
}

/**
 * Moves tags, together: every one of them is looked at before the first is moved, and all of them again at the end. A tag that leads to
 * ours already stays, so this may be repeated after a kill at any point. `previous` is where they led when the release looked.
 * A registry has no way to move a tag only if it still leads somewhere; what others do in between is found at the end.
 * Throws FND_TAG_MOVED when a tag leads neither there nor to ours, FND_UNREACHABLE, FND_BAD_INPUT for a tag that comes twice or was not
 * looked at.
 */
export async function moveTags(
  place: TaggedPlace,
  moves: readonly TagMove[],
  previous: readonly TagState[],
): Promise<void> {
  const wasAt = new Map(previous.map(({ tag, digest }) => [tag, digest]));
  const tags = moves.map(({ tag }) => tag);
  if (tags.length === 0 || new Set(tags).size < tags.length || tags.some((tag) => !wasAt.has(tag))) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `to move ${tags.join(', ') || 'no tag'}: at least one, each once, and each looked at before`,
    );
  }
  const isToMove = async ({ tag, digest }: TagMove): Promise<boolean> => {
    const now = await resolve(place, tag);
    const before = wasAt.get(tag) ?? null;
    if (now !== digest && now !== before) throw moved(place, tag, now, before);
    return now !== digest;
  };
  for (const move of moves) await isToMove(move);
  for (const move of moves) if (await isToMove(move)) await setTag(place, move.tag, move.digest);
  await requireTags(place, moves);
}

/** Throws FND_TAG_MOVED unless every tag leads to what it is said to. */
export async function requireTags(place: TaggedPlace, moves: readonly TagMove[]): Promise<void> {
  for (const { tag, digest } of moves) {
    const now = await resolve(place, tag);
    if (now !== digest) throw moved(place, tag, now, digest);
  }
}

/**
 * Takes back what {@link moveTags} did, or half of it: a tag that leads to ours leads to where it led before, or is removed when it was
 * not there. A tag that somebody else moved since is theirs and stays. Returns those that stayed. May be repeated.
 * Throws FND_UNREACHABLE, also when the registry cannot remove a tag.
 */
export async function restoreTags(
  place: TaggedPlace,
  moves: readonly TagMove[],
  previous: readonly TagState[],
): Promise<TagState[]> {
  const wasAt = new Map(previous.map(({ tag, digest }) => [tag, digest]));
  const left: TagState[] = [];
  for (const { tag, digest } of moves) {
    const now = await resolve(place, tag);
    const before = wasAt.get(tag) ?? null;
    if (now === before) continue;
    if (now !== digest) left.push({ tag, digest: now });
    else if (before === null) await place.registry.deleteTag(place.repository, tag);
    else await setTag(place, tag, before);
  }
  return left;
}

async function resolve({ registry, repository }: TaggedPlace, tag: string): Promise<OciDigest | null> {
  return (await registry.resolveTag(repository, tag)) ?? null;
}

async function setTag({ registry, repository }: TaggedPlace, tag: string, digest: OciDigest): Promise<void> {
  const { mediaType, bytes } = await registry.getManifest(repository, digest);
  await registry.putManifest(repository, tag, mediaType, bytes);
}

function moved(
  { registry, repository }: TaggedPlace,
  tag: string,
  now: OciDigest | null,
  expected: OciDigest | null,
): FoundryError {
  const at = (digest: OciDigest | null): string => digest ?? 'nothing';
  return new FoundryError(
    'FND_TAG_MOVED',
    `${registry.host}/${repository}:${tag} leads to ${at(now)}, expected ${at(expected)}`,
    { hint: 'Somebody else publishes there too. Find out who, then ask for the release again.' },
  );
}
