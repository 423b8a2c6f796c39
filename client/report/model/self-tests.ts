import type { ImageFacts, SelfTestCatalogue } from './facts.ts';
import { imageTitle } from './images.ts';
import type { ReleaseReport, SelfTestGroup } from './report.ts';

type Tests = ReadonlyMap<string, 'pass' | 'fail'>;

/**
 * The self-tests by group, one column an image. Only what was signed and holds counts: an image without such a result is named as
 * untested, and has no column that could look like one. A test that the catalogue does not know is shown in a group of its own.
 */
export function selfTestsOf(
  images: readonly ImageFacts[],
  { groups }: SelfTestCatalogue,
): Pick<ReleaseReport, 'tested' | 'untested' | 'selfTests'> {
  const tested = images.filter(({ documents }) => documents.selfTests !== undefined);
  const columns = tested.map(resultsOf);
  const known = new Set(groups.flatMap(({ tests }) => tests.map(({ id }) => id)));
  const ids = new Set(columns.flatMap((column) => [...column.keys()]));
  const others = [...ids].filter((id) => !known.has(id)).toSorted();
  const all = [
    ...groups,
    { prefix: 'other', title: 'Tests of another suite', tests: others.map((id) => ({ id, title: '' })) },
  ];
  return {
    tested: tested.map(imageTitle),
    untested: images.filter(({ documents }) => documents.selfTests === undefined).map(imageTitle),
    selfTests: all.map((group) => groupOf(group, columns)).filter(({ tests }) => tests.length > 0),
  };
}

function resultsOf({ documents }: ImageFacts): Tests {
  const { passedTests = [], warnedTests = [], failedTests = [] } = documents.selfTests ?? {};
  return new Map([
    ...passedTests.map((id) => [id, 'pass'] as const),
    ...[...warnedTests, ...failedTests].map((id) => [id, 'fail'] as const),
  ]);
}

function groupOf(
  { prefix, title, tests }: SelfTestCatalogue['groups'][number],
  columns: readonly Tests[],
): SelfTestGroup {
  const run = tests.filter(({ id }) => columns.some((column) => column.has(id)));
  return {
    prefix,
    title,
    counts: columns.map((column) => {
      const verdicts = run.map(({ id }) => column.get(id));
      const count = (wanted: string): number => verdicts.filter((verdict) => verdict === wanted).length;
      return { pass: count('pass'), fail: count('fail') };
    }),
    tests: run.map((test) => ({
      id: test.id,
      title: test.title,
      marks: columns.map((column) => column.get(test.id) ?? '-'),
    })),
  };
}
