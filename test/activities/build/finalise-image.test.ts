import { describe, expect, test } from 'vitest';
import { finaliseImage, type ImageIdentity } from '../../../activities/build/finalise-image.ts';
import { ImageConfig } from '../../../adapters/oci-layout/oci-image.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const IDENTITY: ImageIdentity = {
  variant: 'standard',
  coreVersion: '3.5.6',
  providerVersion: '3.1.2',
  certificate: 4985,
  revision: 'a'.repeat(40),
  source: 'https://git.example/openssl',
  vendor: 'Example',
  epoch: 1_775_520_000,
  base: { name: 'registry.example/wolfi-base:latest', digest: ociDigest(sha256('base')) },
};
const plain = sampleImage([await sampleLayer({ a: '1' })]);
const image = finaliseImage(plain, IDENTITY);

describe('a finalised image', () => {
  test('keeps layers, user, entry point and variables', () => {
    expect(image.layers).toBe(plain.layers);
    expect(image.manifest.content.layers).toEqual(plain.manifest.content.layers);
    const { User, Env, Entrypoint, Cmd } = plain.config.content.config;
    expect(image.config.content.config).toMatchObject({ User, Env, Entrypoint, Cmd });
    expect(image.config.content.rootfs).toEqual(plain.config.content.rootfs);
  });

  test('asks a program, without a shell, whether the provider is active', () => {
    expect(image.config.content.config.Healthcheck?.Test).toEqual(['CMD', '/usr/bin/fips-healthcheck']);
    expect(image.config.content.history.at(-1)).toEqual({
      created: '2026-04-07T00:00:00Z',
      created_by: 'HEALTHCHECK CMD ["/usr/bin/fips-healthcheck"]',
      empty_layer: true,
    });
  });

  test('says what it is in labels and annotations alike', () => {
    const labels = image.config.content.config.Labels;
    expect(labels).toMatchObject({
      'org.opencontainers.image.version': '3.5.6',
      'org.opencontainers.image.revision': IDENTITY.revision,
      'org.opencontainers.image.created': '2026-04-07T00:00:00Z',
      'org.opencontainers.image.base.name': IDENTITY.base?.name,
      'org.opencontainers.image.base.digest': IDENTITY.base?.digest,
    });
    expect(image.manifest.content.annotations).toEqual(labels);
    expect(image.index.content.annotations).toEqual(labels);
  });

  test('claims where the source is from, not that it is validated', () => {
    const text = Buffer.from(image.config.bytes).toString('utf8');
    expect(text).toContain('built from the source of the module with CMVP certificate 4985');
    expect(text).not.toMatch(/validated|certified/i);
  });

  test('names no base when it has none', () => {
    const { base: _, ...alone } = IDENTITY;
    const labels = Object.keys(finaliseImage(plain, alone).config.content.config.Labels);
    expect(labels.filter((label) => label.includes('image.base'))).toEqual([]);
  });

  test('is found from the index down to the config by digest', () => {
    expect(image.index.content.manifests).toEqual([
      { ...image.manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } },
    ]);
    expect(image.manifest.content.config).toEqual(image.config.descriptor);
    expect(ImageConfig.parse(JSON.parse(Buffer.from(image.config.bytes).toString('utf8')))).toEqual(
      image.config.content,
    );
  });

  test('has the same bytes for the same input, whatever the order of the labels', () => {
    const one = finaliseImage(plain, { ...IDENTITY, labels: { 'z.z': '1', 'a.a': '2' } });
    const other = finaliseImage(plain, { ...IDENTITY, labels: { 'a.a': '2', 'z.z': '1' } });
    expect(one.index.descriptor.digest).toBe(other.index.descriptor.digest);
    expect(one.index.descriptor.digest).not.toBe(image.index.descriptor.digest);
  });
});
