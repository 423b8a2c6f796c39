import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringBaseImage, newestBase } from '../../../activities/ingest/base-image.ts';
import { attachedSignature, lockedSignature } from '../../../activities/ingest/base-signature.ts';
import { type Descriptor, MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { BUNDLE_MEDIA_TYPE } from '../../../adapters/sigstore/attach.ts';
import { ociDigest, type OciDigest, sha256 } from '../../../domain/digest.ts';
import { sampleLock, samplePins } from '../../domain/pins/sample-pins.ts';
import { fakeRegistry, type FakeRun, fakeRun, flipped } from './fake-run.ts';

const INDEX = json({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] });
const DIGEST = ociDigest(sha256(INDEX));
const versions = samplePins();

let fake: FakeRun;
let manifests: Map<string, Uint8Array>;
let blobs: Map<string, Uint8Array>;
let referrers: Descriptor[];

beforeEach(async () => {
  manifests = new Map([[DIGEST, INDEX]]);
  blobs = new Map();
  referrers = [];
  const registry = fakeRegistry({
    resolveTag: (_, tag) => Promise.resolve(tag === 'latest' ? DIGEST : undefined),
    getManifest: (_, reference) => Promise.resolve(stored(reference)),
    findManifest: (_, reference) => Promise.resolve(manifests.has(reference) ? stored(reference) : undefined),
    listReferrers: () => Promise.resolve(referrers),
    getBlob: (_, digest) => Promise.resolve(blobs.get(digest) ?? new Uint8Array()),
  } satisfies Partial<Registry>);
  fake = await fakeRun({ openRegistry: () => registry });
});
afterEach(async () => await fake.remove());

describe('the base image is refused', () => {
  it('when the registry has other bytes under the digest', async () => {
    manifests.set(DIGEST, flipped(INDEX));

    await expect(bring()).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining(DIGEST) as string,
    });
  });

  it('when nobody has signed it', async () => {
    await expect(bring()).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining('carries no Sigstore signature') as string,
    });
    expect(fake.checks).toEqual([]);
  });

  it('when what is attached to it is no signature of it', async () => {
    attach(json({ mediaType: BUNDLE_MEDIA_TYPE }));

    await expect(bring()).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED', reason: 'malformed' });
  });

  it('when the lock names no signature', () => {
    const lock = sampleLock();
    const files = lock.files.filter(({ kind }) => kind !== 'image-signature');
    const image = {
      registry: fake.run.openRegistry('x'),
      repository: 'chainguard/wolfi-base',
      digest: DIGEST,
    };

    expect(() => lockedSignature({ ...lock, files })(image, versions.base.signer, {})).toThrow(
      expect.objectContaining({ code: 'FND_STALE_LOCK' }),
    );
  });
});

it('a tag that is not there is named', async () => {
  const base = { ...versions.base, image: 'registry.example.com/chainguard/wolfi-base:gone' };

  expect(await newestBase(fake.run, versions.base)).toBe(DIGEST);
  await expect(newestBase(fake.run, base)).rejects.toMatchObject({ code: 'FND_UNRESOLVED' });
});

function bring(): Promise<unknown> {
  return bringBaseImage(fake.run, versions, DIGEST, attachedSignature(undefined));
}

function stored(reference: string): { digest: OciDigest; mediaType: string; bytes: Uint8Array } {
  const bytes = manifests.get(reference) ?? new Uint8Array();
  return { digest: ociDigest(sha256(bytes)), mediaType: MEDIA_TYPES.index, bytes };
}

function attach(bundle: Uint8Array): void {
  const layer = descriptorOf(bundle, BUNDLE_MEDIA_TYPE);
  blobs.set(layer.digest, bundle);
  const subject = descriptorOf(INDEX, MEDIA_TYPES.index);
  const carrier = json({
    schemaVersion: 2,
    config: descriptorOf(json({}), MEDIA_TYPES.empty),
    layers: [layer],
    subject,
  });
  const described = descriptorOf(carrier, MEDIA_TYPES.manifest);
  manifests.set(described.digest, carrier);
  referrers.push(described);
}

function descriptorOf(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: ociDigest(sha256(bytes)), size: bytes.length };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
