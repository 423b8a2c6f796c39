import { styleText } from 'node:util';
import type { ReleaseStatus, StageStatus } from '../../domain/release/status.ts';
import type { ReleaseState } from './release-entry.ts';

type Marked =
  | ReleaseState
  | StageStatus['state']
  | 'withdrawn'
  | NonNullable<ReleaseStatus['aborted']>['compensations'][number]['state'];

const MARKS = {
  pass: '✓',
  completed: '✓',
  done: '✓',
  fail: '✗',
  failed: '✗',
  aborted: '✗',
  stopped: '✗',
  withdrawn: '✗',
  unreadable: '✗',
  waiting: '!',
  aborting: '!',
  'not-run': '!',
  running: '›',
  pending: '·',
  queued: '·',
} as const satisfies Record<Marked, string>;

/** The sign that stands before a word, never instead of it. */
export function mark(word: Marked): string {
  return MARKS[word];
}

const COLOURS: Readonly<Record<string, 'green' | 'red' | 'yellow' | 'cyan' | 'gray'>> = {
  '✓': 'green',
  '✗': 'red',
  '!': 'yellow',
  '›': 'cyan',
  '·': 'gray',
};

/** A line with the sign that it begins with, or that its state begins with, in colour. */
export function paintMark(line: string): string {
  return line.replace(/^(\s*|state +)([✓✗!›·])(?= )/, (_, before: string, sign: string) => {
    const colour = COLOURS[sign];
    return colour === undefined
      ? `${before}${sign}`
      : `${before}${styleText(colour, sign, { validateStream: false })}`;
  });
}
