import { styleText } from 'node:util';
import type { CheckResult, Verdict } from './check.ts';
import type { Diagnosis } from './doctor.ts';

type Colour = 'green' | 'yellow' | 'red' | 'gray';

const LOOKS: Readonly<Record<Verdict, { symbol: string; colour: Colour }>> = {
  pass: { symbol: '✓', colour: 'green' },
  warn: { symbol: '!', colour: 'yellow' },
  fail: { symbol: '✗', colour: 'red' },
  skip: { symbol: '–', colour: 'gray' },
};

const MARK_WIDTH = '✓ pass'.length;

/** The diagnosis as an aligned table: symbol and word, title, detail, and the fix below what needs one. */
export function renderDiagnosis({ checks }: Diagnosis, colour: boolean): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const lines = checks.flatMap((check) => renderCheck(check, width, colour));
  return [...lines, '', summary(checks)].join('\n');
}

function renderCheck({ verdict, title, detail, fix }: CheckResult, width: number, colour: boolean): string[] {
  const look = LOOKS[verdict];
  const mark = `${look.symbol} ${verdict}`;
  const painted = colour ? styleText(look.colour, mark, { validateStream: false }) : mark;
  const line = `${painted}  ${title.padEnd(width)}  ${detail}`;
  if (fix === undefined) return [line];
  return [line, `${' '.repeat(MARK_WIDTH)}  ${' '.repeat(width)}  fix: ${fix}`];
}

function summary(checks: readonly CheckResult[]): string {
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  return (['pass', 'warn', 'fail', 'skip'] as const)
    .map((verdict) => `${count(verdict)} ${verdict}`)
    .join(', ');
}
