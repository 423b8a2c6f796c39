import { describe, expect, it } from 'vitest';
import type { ReleaseEntry } from '../../../client/release/release-entry.ts';
import { selectOpenRelease, selectRelease } from '../../../client/release/select-release.ts';
import { entryOfStatus, RUNNING } from './statuses.ts';

const C1 = `1296${'a'.repeat(36)}`;
const C2 = `1296${'b'.repeat(36)}`;

function entry(version: string, commit: string, change: Partial<ReleaseEntry> = {}): ReleaseEntry {
  return entryOfStatus({ ...RUNNING, version, commit }, change);
}
const ended = { endedAt: '2026-11-22T09:00:00.000Z', state: 'aborted' } as const;
/** Newest first: two commits of 3.5.7, of which the second was run twice, and an old 3.5.6. */
const NEWEST = entry('3.5.7', C2, { runId: 'second' });
const ENTRIES = [
  NEWEST,
  entry('3.5.7', C2, { runId: 'first', ...ended }),
  entry('3.5.7', C1),
  entry('3.5.6', `77${C1.slice(2)}`, ended),
];

describe('the release that a word names', () => {
  it.each([
    ['latest', NEWEST],
    ['3.5.7', NEWEST],
    ['1296b', NEWEST],
    [C2, NEWEST],
    [`release-3.5.7-${C2}`, NEWEST],
    ['release-3.5.7-1296a', ENTRIES[2]],
    ['3.5.6', ENTRIES[3]],
    ['7796', ENTRIES[3]],
  ])('%s', (word, meant) => {
    expect(selectRelease(ENTRIES, word)).toBe(meant);
  });

  it('is refused when it could be several', () => {
    expect(() => selectRelease(ENTRIES, '1296')).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        message: expect.stringContaining('names 2 releases') as string,
      }),
    );
  });

  it.each([
    ['lates', 'latest'],
    ['3.5.8', '3.5.7'],
    ['1297aaaaaaaa', '1296aaaaaaaa'],
  ])('%s is refused, with what was likely meant', (word, meant) => {
    expect(() => selectRelease(ENTRIES, word)).toThrow(`(did you mean ${meant}?)`);
  });

  it('is refused when it is too short to name a commit', () => {
    expect(() => selectRelease(ENTRIES, '779')).toThrow('no release is called "779"');
  });

  it('is refused when there is none at all', () => {
    expect(() => selectRelease([], 'latest')).toThrow('there is no release yet');
  });
});

describe('the running release that a word names', () => {
  it('is the running one, also where the word means several that ended', () => {
    const [, first, ...rest] = ENTRIES;
    expect(selectOpenRelease([NEWEST, ...(first === undefined ? [] : [first])], '3.5.7')).toBe(NEWEST);
    expect(selectOpenRelease(rest, '3.5.7')).toBe(rest[0]);
  });

  it('is refused by a version that several run of: what is decided cannot be taken back', () => {
    expect(() => selectOpenRelease(ENTRIES, '3.5.7')).toThrow('names 2 releases');
  });

  it('is refused when it has ended, with what it is', () => {
    expect(() => selectOpenRelease(ENTRIES, '3.5.6')).toThrow('has ended: it is aborted');
    expect(() => selectOpenRelease(ENTRIES.slice(3), 'latest')).toThrow('has ended: it is aborted');
  });

  it('is the newest of all for latest', () => {
    expect(selectOpenRelease(ENTRIES, 'latest')).toBe(NEWEST);
  });
});
