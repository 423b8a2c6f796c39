import { describe, expect, test } from 'vitest';
import { newestRevisions } from '../../../lab/sources/debian-releases.ts';
import { compareReleases } from '../../../lab/sources/source-release.ts';
import { parseReleaseDate, parseVersionFile } from '../../../lab/sources/version-file.ts';

const TEXT = `MAJOR=3
MINOR=1
PATCH=2
PRE_RELEASE_TAG=
BUILD_METADATA=
RELEASE_DATE="1 Aug 2023"
SHLIB_VERSION=3
`;

describe('VERSION.dat', () => {
  test('gives version and day', () => {
    expect(parseVersionFile(TEXT)).toEqual({ version: '3.1.2', released: new Date('2023-08-01T00:00:00Z') });
  });

  test.each([
    ['a pre-release', TEXT.replace('TAG=', 'TAG=beta1')],
    ['no patch number', TEXT.replace('PATCH=2\n', '')],
    ['no date', TEXT.replace('"1 Aug 2023"', '""')],
    ['another file', '<html>'],
  ])('%s is refused', (_name, text) => {
    expect(() => parseVersionFile(text)).toThrow(expect.objectContaining({ code: 'FND_BAD_DATA' }));
  });

  test.each(['29 Feb 2023', '1 August 2023', '2023-08-01', '00 Jan 2023', ''])('%j is not a day', (text) => {
    expect(parseReleaseDate(text)).toBeUndefined();
  });
});

describe('Debian versions', () => {
  test('the newest revision of each release of the line counts, oldest release first', () => {
    const versions = [
      '3.6.5-1',
      '3.5.10-1',
      '3.5.7-1~deb13u2',
      '3.5.7-1~deb13u1',
      '3.5.6-1~deb13u2',
      '3.5.0-alpha1-1',
    ];
    expect(newestRevisions(versions, '3.5')).toEqual([
      ['3.5.6', '3.5.6-1~deb13u2'],
      ['3.5.7', '3.5.7-1~deb13u2'],
      ['3.5.10', '3.5.10-1'],
    ]);
  });

  test('none of the line is none', () => {
    expect(newestRevisions(['3.6.5-1'], '3.5')).toEqual([]);
  });
});

test('releases are ordered by number, not by letter', () => {
  expect(['3.5.10', '3.5.9', '3.1.2', '3.10.0'].sort(compareReleases)).toEqual([
    '3.1.2',
    '3.5.9',
    '3.5.10',
    '3.10.0',
  ]);
});
