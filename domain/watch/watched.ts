import { currentImages } from './current-images.ts';
import { exposureOf, exposureSince, exposuresIn } from './exposure.ts';
import type { WatchProblem, WatchRecord } from './record.ts';
import type { Watched } from './status.ts';

/** What a look came to: the record that it led to, and the one before it. */
export function watchedOf(record: WatchRecord, before: WatchRecord | undefined): Watched {
  const exposures = exposuresIn(record);
  const [now, earlier] = [
    new Set(idsOf(exposures)),
    new Set(before === undefined ? [] : idsOf(exposuresIn(before))),
  ];
  const exposure = exposureOf(record);
  return {
    exposure,
    since: exposure === 'unknown' ? null : exposureSince(record),
    images: countsOf(record),
    exposures,
    stated: statedIn(record),
    news: [...now].filter((id) => !earlier.has(id)).toSorted(),
    ended: [...earlier].filter((id) => !now.has(id)).toSorted(),
    problems: exposure === 'unknown' && record.problems.length === 0 ? [NOTHING_PUBLISHED] : record.problems,
  };
}

/** What a look came to that could not be done: what was known before may have changed, so it says nothing but that. */
export function notLooked(problem: Omit<WatchProblem, 'digest'>, before: WatchRecord | undefined): Watched {
  return {
    exposure: 'unknown',
    since: null,
    images: before === undefined ? { published: 0, current: 0 } : countsOf(before),
    exposures: before === undefined ? [] : exposuresIn(before),
    stated: before === undefined ? [] : statedIn(before),
    news: [],
    ended: [],
    problems: [{ ...problem, digest: null }],
  };
}

const NOTHING_PUBLISHED: WatchProblem = {
  what: 'what is published',
  digest: null,
  code: 'nothing-published',
  message: 'no tag leads to an image, so there is nothing of which anything could be said',
};

function countsOf({ images }: WatchRecord): Watched['images'] {
  return {
    published: images.filter(({ tags }) => tags.length > 0).length,
    current: currentImages(images).length,
  };
}

function statedIn({ images }: WatchRecord): string[] {
  const stated = currentImages(images).flatMap(({ vulnerabilities }) =>
    vulnerabilities.filter(({ stated: words, endedAt }) => words !== null && endedAt === null),
  );
  return [...new Set(idsOf(stated))].toSorted();
}

function idsOf(those: readonly { readonly id: string }[]): string[] {
  return those.map(({ id }) => id);
}
