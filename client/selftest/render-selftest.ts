import { groupOf } from '../../activities/selftest/interviews.ts';
import type { Check } from '../../domain/release/check.ts';
import { CHECK_GROUPS } from '../../test/compliance/checks/all-checks.ts';
import { mark, paintMark } from '../release/marks.ts';
import type { Selftest } from './run-selftest.ts';

/** Of a group, so many checks that did not pass are told whole; the others by their ids. */
const MOST_TOLD = 5;
const MOST_LINES = 12;

/** What the suite found, for people: every group, what did not pass with what came out and what should have, and what it came to. */
export function renderSelftest(selftest: Selftest, colour: boolean): string {
  const { digest, variant, platform, release, reason, verdict, counts, checks } = selftest;
  const groups = Map.groupBy(checks, ({ id }) => groupOf(id));
  const lines = [
    `${digest}, ${variant} for ${platform}`,
    release === null ? `nobody knows what it must be: ${reason}` : `as ${release} made it`,
    '',
    ...CHECK_GROUPS.flatMap(({ prefix, title }) => groupLines(prefix, title, groups.get(prefix) ?? [])),
    '',
    `${mark(verdict)} ${verdict}: ${counts.pass} of ${checks.length} checks passed, ${counts.fail} failed, ${counts['not-run']} were not run`,
  ];
  return (colour ? lines.map(paintMark) : lines).join('\n');
}

function groupLines(prefix: string, title: string, checks: readonly Check[]): string[] {
  const bad = checks.filter(({ verdict }) => verdict !== 'pass');
  const verdict = bad.some((one) => one.verdict === 'fail') ? 'fail' : bad.length > 0 ? 'not-run' : 'pass';
  const head = `${mark(verdict)} ${prefix} ${checks.length - bad.length}/${checks.length}  ${title}`;
  if (bad.length === 0) return [head];
  const told = bad.toSorted((a, b) => order(a) - order(b)).slice(0, MOST_TOLD);
  const others = bad.filter((one) => !told.includes(one)).map(({ id }) => id.slice(prefix.length + 1));
  return [
    head,
    ...told.flatMap(checkLines),
    ...(others.length === 0 ? [] : [`    and ${others.length} more: ${others.join(', ')}`]),
  ];
}

/** What failed says more than what could not be run. */
function order({ verdict }: Check): number {
  return verdict === 'fail' ? 0 : 1;
}

function checkLines({ id, title, verdict, detail }: Check): string[] {
  const said = detail.split('\n');
  const more = said.length > MOST_LINES ? [`… ${said.length - MOST_LINES} more lines`] : [];
  return [
    `  ${mark(verdict)} ${id} ${title}`,
    ...[...said.slice(0, MOST_LINES), ...more].map((line) => `      ${line}`),
  ];
}
