import { expect, test } from 'vitest';
import { parseMeant } from '../../../client/verify/what-is-meant.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

const digest = ociDigest(sha256('an image'));
const commit = 'c'.repeat(40);

test.each([
  ['distroless', { kind: 'variant', variant: 'distroless' }],
  ['latest', { kind: 'record', word: { newest: true } }],
  ['3.5.7', { kind: 'record', word: { version: '3.5.7' } }],
  ['4f2d', { kind: 'record', word: { commit: '4f2d' } }],
  [`release-3.5.7-${commit}`, { kind: 'record', word: { version: '3.5.7', commit } }],
  ['record-3.5.7-cccccccccccc', { kind: 'record', word: { version: '3.5.7', commit: 'cccccccccccc' } }],
  ['./layout', { kind: 'path', path: './layout', digest: undefined }],
  [`/tmp/layout@${digest}`, { kind: 'path', path: '/tmp/layout', digest }],
  [
    'registry.example:5000/openssl/fips:3.5.7-dev',
    {
      kind: 'image',
      host: 'registry.example:5000',
      repository: 'openssl/fips',
      reference: { tag: '3.5.7-dev' },
    },
  ],
  [
    'openssl/fips:3.5.7',
    { kind: 'image', host: undefined, repository: 'openssl/fips', reference: { tag: '3.5.7' } },
  ],
  [`fips@${digest}`, { kind: 'image', host: undefined, repository: 'fips', reference: { digest } }],
  [
    `registry.example/fips:3.5.7@${digest}`,
    { kind: 'image', host: 'registry.example', repository: 'fips', reference: { digest } },
  ],
])('%s is understood', (text, meant) => {
  expect(parseMeant(text)).toEqual(meant);
});

test.each([
  '',
  'Standard',
  'openssl',
  'fips:',
  ':3.5.7',
  'registry.example:5000/fips',
  'fips@sha256:ab',
  `@${digest}`,
])('%j names nothing, and the error says what would', (text) => {
  expect(() => parseMeant(text)).toThrow(
    expect.objectContaining({
      code: 'FND_BAD_INPUT',
      hint: expect.stringContaining('standard, distroless'),
    }),
  );
});
