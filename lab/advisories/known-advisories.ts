import { compareReleases } from '../sources/source-release.ts';
import { type Advisory, unfixedLabAdvisory } from './advisory.ts';

/**
 * What the world knows while `newestCore` is the newest release: a CVE is told on the day its fix is released.
 * With `unfixed` there is also the lab's own CVE that no release fixes. Ordered by CVE number.
 */
export function knownAdvisories(
  all: readonly Advisory[],
  day: { readonly newestCore: string; readonly unfixed?: boolean },
): Advisory[] {
  const known = all.filter(
    ({ fixedIn }) => fixedIn !== undefined && compareReleases(fixedIn, day.newestCore) <= 0,
  );
  if (day.unfixed === true) known.push(unfixedLabAdvisory(newestDay(known)));
  return known.sort((a, b) => compareReleases(numbersOf(a), numbersOf(b)));
}

function newestDay(advisories: readonly Advisory[]): string {
  return (
    advisories
      .map(({ published }) => published)
      .sort()
      .at(-1) ?? '2099-01-01'
  );
}

function numbersOf({ cve }: Advisory): string {
  return cve.replace('CVE-', '').replace('-', '.');
}
