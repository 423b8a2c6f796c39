import { expect, it } from 'vitest';
import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { fixesBetween, readSecurityFeed } from '../../../adapters/security-feed/security-feed.ts';

const FEED = JSON.stringify({
  apkurl: '{{urlprefix}}',
  packages: [
    {
      pkg: {
        name: 'zlib',
        secfixes: {
          '0': ['CVE-2026-9999'],
          '1.3-r1': ['CVE-2026-0003', 'CVE-2026-0001 GHSA-aaaa-bbbb-cccc'],
          '1.3-r2': ['CVE-2026-0002'],
        },
      },
    },
    { pkg: { name: 'bash', secfixes: {} } },
  ],
});

function fixes(origin: string, from: string, to: string): string[] {
  const range = { from: parseApkVersion(from), to: parseApkVersion(to) };
  return fixesBetween(readSecurityFeed(FEED, 'the feed'), origin, range);
}

it('knows what is fixed from one version to another, and nothing of what was never vulnerable', () => {
  expect(fixes('zlib', '1.3-r0', '1.3-r1')).toEqual([
    'CVE-2026-0001',
    'CVE-2026-0003',
    'GHSA-aaaa-bbbb-cccc',
  ]);
  expect(fixes('zlib', '1.3-r1', '1.4-r0')).toEqual(['CVE-2026-0002']);
  expect(fixes('zlib', '1.3-r2', '1.4-r0')).toEqual([]);
  expect(fixes('bash', '5-r0', '6-r0')).toEqual([]);
  expect(fixes('unknown', '5-r0', '6-r0')).toEqual([]);
});

it.each([
  '',
  '[]',
  '{"packages":[{"pkg":{"name":"zlib"}}]}',
  '{"packages":[{"pkg":{"name":"","secfixes":{}}}]}',
])('refuses %j', (text) => {
  expect(() => readSecurityFeed(text, 'the feed')).toThrow('the feed is not a security feed');
});
