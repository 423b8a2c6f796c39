import { expect, test } from 'vitest';
import { parseImageName } from '../../../client/run/image-name.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

const digest = ociDigest(sha256('an image'));

test.each([
  ['distroless', { kind: 'variant', variant: 'distroless' }],
  ['./layout', { kind: 'layout', folder: './layout' }],
  ['/tmp/standard', { kind: 'layout', folder: '/tmp/standard' }],
  [
    `registry.example:5000/openssl/standard@${digest}`,
    { kind: 'registry', host: 'registry.example:5000', repository: 'openssl/standard', digest },
  ],
  [
    `openssl/standard@${digest}`,
    { kind: 'registry', host: undefined, repository: 'openssl/standard', digest },
  ],
  [`standard@${digest}`, { kind: 'registry', host: undefined, repository: 'standard', digest }],
])('%s is understood', (name, meant) => {
  expect(parseImageName(name)).toEqual(meant);
});

test.each(['', 'openssl', 'registry.example/openssl:3.5.7', 'openssl@sha256:abc', `@${digest}`, 'Standard'])(
  '%j names no image, and the error says what would',
  (name) => {
    expect(() => parseImageName(name)).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        hint: expect.stringContaining('standard, distroless'),
      }),
    );
  },
);
