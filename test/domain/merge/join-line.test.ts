import { describe, expect, it } from 'vitest';
import { EMPTY_LINE, type MergedCommit, type MergeLine } from '../../../domain/merge/contract.ts';
import { joinLine, supersederOf } from '../../../domain/merge/join-line.ts';

function merged(height: number, newer: MergedCommit['newer'] = 'queue'): MergedCommit {
  return { version: '3.5.7', commit: String(height).repeat(40).slice(0, 40), height, newer, by: 'me@here' };
}

function lineOf(...all: readonly MergedCommit[]): MergeLine {
  return all.reduce(joinLine, EMPTY_LINE);
}

function heights({ waiting }: MergeLine): number[] {
  return waiting.map(({ height }) => height);
}

describe('the line of merged commits', () => {
  it('has the oldest first, in whatever order they come', () => {
    expect(heights(lineOf(merged(3), merged(1), merged(2)))).toEqual([1, 2, 3]);
  });

  it('is the same line when a commit comes again, waiting or running', () => {
    const waiting = lineOf(merged(1), merged(2));
    expect(joinLine(waiting, merged(2))).toBe(waiting);
    const running: MergeLine = { running: merged(1), waiting: [] };
    expect(joinLine(running, merged(1))).toBe(running);
  });

  it('leaves out whom a newer one supersedes, whether it comes before or after', () => {
    expect(heights(lineOf(merged(1), merged(2), merged(3, 'supersede')))).toEqual([3]);
    expect(heights(lineOf(merged(3, 'supersede'), merged(2)))).toEqual([3]);
    expect(heights(lineOf(merged(2, 'supersede'), merged(3)))).toEqual([2, 3]);
  });

  it('does not take a commit that is older than what runs: its release would move the tags back', () => {
    const line: MergeLine = { running: merged(5), waiting: [] };
    expect(joinLine(line, merged(4, 'supersede'))).toBe(line);
  });
});

describe('what supersedes a release that runs', () => {
  it('is a newer commit whose own policy says so, and no other', () => {
    const running = merged(5, 'supersede');
    expect(supersederOf({ running, waiting: [merged(6)] })).toBeUndefined();
    expect(supersederOf({ running, waiting: [merged(6), merged(7, 'supersede')] })?.height).toBe(7);
    expect(supersederOf({ running: null, waiting: [merged(7, 'supersede')] })).toBeUndefined();
  });
});
