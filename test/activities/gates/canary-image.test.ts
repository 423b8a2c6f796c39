import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { canaryImage } from '../../../activities/gates/canary-image.ts';
import { PLATFORMS } from '../../../domain/pins/variant.ts';

test.each([
  ['linux/amd64', 'amd64', 'x86_64'],
  ['linux/arm64', 'arm64', 'aarch64'],
] as const)(
  'the canary for %s is of that platform, and so are its packages',
  async (platform, architecture, apk) => {
    const { index, config, layers } = await canaryImage(
      [{ name: 'openssl', version: '3.0.0-r0', origin: 'openssl' }],
      platform,
    );
    expect(index.content.manifests[0]?.platform).toEqual({ os: 'linux', architecture });
    expect(config.content).toMatchObject({ os: 'linux', architecture });
    expect(gunzipSync(layers[0] ?? '').toString('latin1')).toContain(`\nA:${apk}\n`);
  },
);

test('no canary is taken for that of another platform', async () => {
  const digests = await Promise.all(
    PLATFORMS.map(async (platform) => (await canaryImage([], platform)).index.descriptor.digest),
  );
  expect(new Set(digests).size).toBe(PLATFORMS.length);
});
