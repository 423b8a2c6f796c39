import { expect, it } from 'vitest';
import { readReleases } from '../../../adapters/openssl-releases/openssl-releases.ts';

const RELEASE = {
  tag_name: 'openssl-3.5.7',
  draft: false,
  prerelease: false,
  published_at: '2026-06-09T12:00:00Z',
  html_url: 'https://example.com/openssl-3.5.7',
  assets: [{ name: 'openssl-3.5.7.tar.gz', digest: `sha256:${'a'.repeat(64)}` }],
};

it('reads what is released, and leaves out drafts, what comes before a release, and other tags', () => {
  const list = [
    RELEASE,
    { ...RELEASE, tag_name: 'openssl-3.6.0-beta1' },
    { ...RELEASE, tag_name: 'openssl-3.6.0', prerelease: true },
    { ...RELEASE, tag_name: 'openssl-3.6.1', draft: true, published_at: null },
    { ...RELEASE, tag_name: 'openssl-3.4.9', assets: [{ name: 'openssl-3.4.9.tar.gz', digest: null }] },
  ];

  expect(readReleases(JSON.stringify(list), 'the list')).toEqual([
    {
      version: '3.5.7',
      published: new Date('2026-06-09T12:00:00Z'),
      notes: 'https://example.com/openssl-3.5.7',
      sha256: 'a'.repeat(64),
    },
    expect.objectContaining({ version: '3.4.9', sha256: undefined }),
  ]);
});

it.each(['', '{}', '[{}]', JSON.stringify([{ ...RELEASE, html_url: 'javascript:alert(1)' }])])(
  'refuses %j',
  (text) => {
    expect(() => readReleases(text, 'the list')).toThrow('the list is not a list of releases');
  },
);
