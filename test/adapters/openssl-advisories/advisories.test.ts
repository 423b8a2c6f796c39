import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  affectedRange,
  type AdvisoryRange,
  compareReleases,
  fixForLine,
  readAdvisories,
} from '../../../adapters/openssl-advisories/advisories.ts';
import { packTarFiles } from '../../../adapters/apk/tar.ts';
import { advisory } from '../../activities/gates/sample-advisories.ts';

/** A record with the members that OpenSSL's own have. */
const record = (change: object = {}, cna: object = {}): Record<string, unknown> => ({
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { assignerOrgId: '3a12439a', cveId: 'CVE-2026-45447', state: 'PUBLISHED' },
  containers: {
    cna: {
      affected: [
        {
          defaultStatus: 'unaffected',
          product: 'OpenSSL',
          vendor: 'OpenSSL',
          versions: [
            { lessThan: '3.5.7', status: 'affected', version: '3.5.0', versionType: 'semver' },
            { lessThan: '1.1.1zh', status: 'affected', version: '1.1.1', versionType: 'custom' },
            { status: 'unaffected', version: '3.4.9' },
          ],
        },
      ],
      datePublic: '2026-06-09T14:00:00.000Z',
      descriptions: [{ lang: 'en', value: 'Issue summary: A bug\n<br>in <i>code</i>.' }],
      metrics: [{ format: 'other', other: { content: { text: 'Moderate' }, type: 'https://example.com' } }],
      references: [],
      ...cna,
    },
  },
  ...change,
});
const read = (value: unknown): ReturnType<typeof readAdvisories> =>
  readAdvisories(Buffer.from(JSON.stringify(value)), 'the feed');

describe('reading records', () => {
  test('takes number, severity, day, ranges and words without markup', async () => {
    expect(await read([record()])).toEqual([
      {
        cve: 'CVE-2026-45447',
        severity: 'medium',
        published: new Date('2026-06-09T14:00:00.000Z'),
        affected: [
          { from: '3.5.0', before: '3.5.7', through: undefined },
          { from: '1.1.1', before: '1.1.1zh', through: undefined },
        ],
        text: 'Issue summary: A bug in code .',
      },
    ]);
  });

  test('a severity that is not said, or in no word that we know, is unknown', async () => {
    expect(await read([record({}, { metrics: undefined })])).toMatchObject([{ severity: 'unknown' }]);
    const metrics = [{ other: { content: { text: 'Mild' } } }];
    expect(await read([record({}, { metrics })])).toMatchObject([{ severity: 'unknown' }]);
  });

  test('takes an archive of one file a record, as OpenSSL’s repository is', async () => {
    const tar = await packTarFiles(
      [
        {
          name: 'release-metadata-main/secjson/CVE-2026-45447.json',
          content: Buffer.from(JSON.stringify(record())),
        },
        { name: 'release-metadata-main/secjson/statements.json', content: Buffer.from('{}') },
        { name: 'release-metadata-main/data.json', content: Buffer.from('{}') },
      ],
      { mtime: 0, endOfArchive: true },
    );
    expect(await readAdvisories(gzipSync(tar), 'the feed')).toMatchObject([{ cve: 'CVE-2026-45447' }]);
  });

  test.each([
    ['no record', []],
    ['no list', {}],
    [
      'a record of another product',
      [record({}, { affected: [{ vendor: 'X', product: 'OpenSSL', versions: [] }] })],
    ],
    [
      'a record whose ranges are exceptions',
      [
        record(
          {},
          {
            affected: [
              {
                vendor: 'OpenSSL',
                product: 'OpenSSL',
                defaultStatus: 'affected',
                versions: [{ version: '3.5.7', status: 'unaffected' }],
              },
            ],
          },
        ),
      ],
    ],
    ['a good record and a broken one', [record(), { dataType: 'CVE_RECORD' }]],
    ['rejected records alone', [record({ cveMetadata: { cveId: 'CVE-2026-1000', state: 'REJECTED' } })]],
  ])('%s is refused', async (_name, value) => {
    await expect(read(value)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  test('what is no JSON is refused by name', async () => {
    await expect(readAdvisories(Buffer.from('<html>'), 'the feed')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('the feed is not JSON'),
    });
  });
});

describe('a range', () => {
  const affects = (range: Partial<AdvisoryRange> & { from: string }, version: string): boolean =>
    affectedRange(
      advisory('CVE-2026-1000', [{ before: undefined, through: undefined, ...range }]),
      version,
    ) !== undefined;

  test.each([
    [{ from: '3.5.0', before: '3.5.7' }, '3.5.6', true],
    [{ from: '3.5.0', before: '3.5.7' }, '3.5.7', false],
    [{ from: '3.5.0', before: '3.5.10' }, '3.5.9', true],
    [{ from: '3.6.0', before: '3.6.2' }, '3.5.6', false],
    [{ from: '3.5.0', before: '*' }, '3.5.6', true],
    [{ from: '3.6.0', before: '*' }, '3.5.6', false],
    [{ from: '3.0.0', through: '3.5.6' }, '3.5.6', true],
    [{ from: '3.0.0', through: '3.5.5' }, '3.5.6', false],
    [{ from: '3.5.6' }, '3.5.6', true],
    [{ from: '3.5.6' }, '3.5.7', false],
    [{ from: '1.1.1', before: '1.1.1zh' }, '3.5.6', false],
    [{ from: '0.9.7', before: '0.9.8zd' }, '3.1.2', false],
    [{ from: 'fips-1.1.1', before: 'fips-1.1.2' }, '3.5.6', false],
    // Nobody can tell, so it does.
    [{ from: '3.5.0', before: 'soon' }, '3.5.6', true],
    [{ from: 'all', before: '*' }, '3.5.6', true],
  ])('%o and %s: %s', (range, version, expected) => {
    expect(affects(range, version)).toBe(expected);
  });

  test('the fix of a line is where its own range ends', () => {
    const told = advisory('CVE-2026-1000', [
      { from: '3.6.0', before: '3.6.2', through: undefined },
      { from: '3.5.0', before: '3.5.6', through: undefined },
    ]);
    expect(fixForLine(told, '3.5.4')).toBe('3.5.6');
    expect(fixForLine(told, '3.1.2')).toBeUndefined();
  });

  test('releases compare by number', () => {
    expect(['3.5.10', '3.5.9', '3.10.0'].toSorted(compareReleases)).toEqual(['3.5.9', '3.5.10', '3.10.0']);
  });
});
