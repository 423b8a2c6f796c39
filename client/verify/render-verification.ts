import { mark, paintMark } from '../release/marks.ts';
import type { Verification, VerifiedPart } from './run-verify.ts';

/** A verification for people: every check with what was seen, and what it came to. */
export function renderVerification({ verdict, parts }: Verification, colour: boolean): string {
  const checks = parts.flatMap((part) => part.checks);
  const counts = (['pass', 'fail', 'not-run'] as const)
    .map((word) => [checks.filter((check) => check.verdict === word).length, WORDS[word]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const lines = [
    ...parts.flatMap((part) => [...partLines(part), '']),
    `${mark(verdict === 'verified' ? 'pass' : 'fail')} ${verdict}: ${counts.join(', ')}`,
  ];
  return (colour ? lines.map(paintMark) : lines).join('\n');
}

const WORDS = { pass: 'checks passed', fail: 'failed', 'not-run': 'not run' } as const;

function partLines({ name, checks }: VerifiedPart): string[] {
  return [
    name,
    ...checks.flatMap(({ id, title, verdict, detail }) => [
      `  ${mark(verdict)} ${title} (${id})`,
      ...detail.split('\n').map((line) => `      ${line}`),
    ]),
  ];
}
