import type { Variant } from '../../../domain/pins/variant.ts';
import { type Change, changesBetween } from '../../../domain/release/changes.ts';
import type { WatchRecord } from '../../../domain/watch/record.ts';
import { watchedImage } from '../../../domain/watch/watched-image.ts';
import type { ImageFacts, ReleaseFacts } from './facts.ts';
import { imageTitle } from './images.ts';
import type { Changes } from './report.ts';

interface Pair {
  readonly before: ImageFacts;
  readonly after: ImageFacts;
}

/** What is other than in the release before: packages, vulnerabilities, sizes. Null when there is nothing to compare. */
export function changesOf(
  { previous, watch, entry }: ReleaseFacts,
  images: readonly ImageFacts[],
): Changes | null {
  if (previous === null || images.length === 0) return null;
  const pairs = images.flatMap((after) => {
    const before = previous.images.find((one) => imageTitle(one) === imageTitle(after));
    return before === undefined ? [] : [{ before, after }];
  });
  const isComparable = ({ before, after }: Pair): boolean =>
    before.documents.packages !== undefined && after.documents.packages !== undefined;
  const { version, commit } = previous;
  const known = watchedImages(pairs, watch);
  return {
    since: { version, commit },
    packages: grouped(pairs.filter(isComparable).flatMap(packageChanges)),
    gone: grouped(pairs.flatMap((pair) => goneWith(pair, watch, entry.endedAt))),
    isWatched: pairs.length > 0 && known === pairs.length,
    sizes: pairs.map(({ before, after }) => ({
      variant: after.image.variant,
      before: before.bytes,
      after: after.bytes,
    })),
    missing: images
      .filter((after) => !pairs.some((pair) => pair.after === after && isComparable(pair)))
      .map(imageTitle),
  };
}

type OfVariant<T> = T & { readonly variant: Variant };

/** The same change in several variants is one. */
function grouped<T extends object>(
  changes: readonly OfVariant<T>[],
): (Omit<OfVariant<T>, 'variant'> & { variants: Variant[] })[] {
  const groups = Map.groupBy(changes, (change) => JSON.stringify({ ...change, variant: undefined }));
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, those]) => {
      const [first] = those;
      if (first === undefined) return [];
      const { variant: _, ...rest } = first;
      return [{ ...rest, variants: those.map(({ variant }) => variant) }];
    });
}

function packageChanges({ before, after }: Pair): OfVariant<Change>[] {
  const { variant } = after.image;
  return changesBetween(versionsIn(before), versionsIn(after)).map((change) => ({ ...change, variant }));
}

function versionsIn({ documents: { packages = [] } }: ImageFacts): Map<string, string> {
  return new Map(packages.map(({ name, version }) => [name, version]));
}

function watchedImages(pairs: readonly Pair[], watch: WatchRecord | null): number {
  return pairs.filter(({ before }) => watchedImage(watch, before.image) !== undefined).length;
}

/**
 * The vulnerabilities that the watch knew of in the image before, up to the end of this release, and that the signed scan of this image
 * does not name any more. What the watch found later is left out: the page of a release does not change with it.
 */
function goneWith(
  { before, after }: Pair,
  watch: WatchRecord | null,
  until: string | null,
): OfVariant<{ id: string; severity: string; package: string; version: string }>[] {
  const scan = after.documents.vulnerabilities;
  if (scan === undefined || until === null) return [];
  const still = new Set(
    scan.scanner.result
      .filter(({ annotations = [] }) => annotations.some(({ state }) => state !== 'not-affected'))
      .map(({ id }) => id),
  );
  const known = watchedImage(watch, before.image)?.vulnerabilities ?? [];
  return known
    .filter(({ id, firstSeen }) => Date.parse(firstSeen) <= Date.parse(until) && !still.has(id))
    .map(({ id, severity, package: name, version }) => ({
      id,
      severity,
      package: name,
      version,
      variant: after.image.variant,
    }));
}
