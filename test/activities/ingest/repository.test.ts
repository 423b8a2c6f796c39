import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringIndexes } from '../../../activities/ingest/package-index.ts';
import { bringPackages } from '../../../activities/ingest/packages.ts';
import { bringRepositoryKey } from '../../../activities/ingest/repository-key.ts';
import { sha256 } from '../../../domain/digest.ts';
import { samplePins } from '../../domain/pins/sample-pins.ts';
import { sampleKey, sampleRepository } from '../../adapters/apk/sample.ts';
import { type FakeRun, fakeRun, flipped } from './fake-run.ts';

const NAME = 'signing.rsa.pub';
const OS = 'https://packages.example.com/os';
const INDEX = `${OS}/x86_64/APKINDEX.tar.gz`;
const versions = samplePins();
const { signingKey, keys } = sampleKey(NAME);
const other = sampleKey(NAME);

let fake: FakeRun;

beforeEach(async () => {
  fake = await fakeRun();
});
afterEach(async () => await fake.remove());

describe('the repository key', () => {
  const url = `${OS}/${NAME}`;
  const pinned = { ...versions.repository, key: { url, sha256: sha256(pemOf(signingKey)) } };
  const open = { ...versions.repository, key: { url } };

  it('passes by its pin, and for the first time when the base image holds it', async () => {
    fake.web.set(url, pemOf(signingKey));

    const first = await bringRepositoryKey(fake.run, open, new Map([[NAME, [pemOf(signingKey)]]]));

    expect(first.sha256).toBe(pinned.key.sha256);
    expect(fake.checks.map(({ step }) => step)).toEqual(['repository-key']);
  });

  it('is refused when it is another than the pinned one', async () => {
    fake.web.set(url, pemOf(other.signingKey));

    await expect(bringRepositoryKey(fake.run, pinned, new Map())).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  it.each([
    ['holds no key of that name', new Map<string, string[]>()],
    ['holds another key of that name', new Map([[NAME, [pemOf(other.signingKey)]]])],
  ])('is refused when it is not pinned and the base image %s', async (reason, trusted) => {
    fake.web.set(url, pemOf(signingKey));

    await expect(bringRepositoryKey(fake.run, open, trusted)).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('is refused when it is no key', async () => {
    fake.web.set(url, '<html>');

    await expect(bringRepositoryKey(fake.run, open, new Map())).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
    });
  });
});

describe('the package index', () => {
  it('passes with a signature by the pinned key', async () => {
    fake.web.set(INDEX, (await sampleRepository(signingKey)).index);

    const records = (await bringIndexes(fake.run, versions, keys)).get('linux/amd64');

    expect(records?.map(({ name }) => name)).toEqual(['sample']);
  });

  it('is refused with a signature by another key, with a changed byte, and when it breaks off', async () => {
    const { index } = await sampleRepository(signingKey);
    for (const bytes of [
      (await sampleRepository(other.signingKey)).index,
      flipped(index, index.length - 20),
    ]) {
      const again = await fakeRun();
      again.web.set(INDEX, bytes);
      await expect(bringIndexes(again.run, versions, keys)).rejects.toMatchObject({
        code: 'FND_SIGNATURE_REFUSED',
      });
      await again.remove();
    }
    fake.web.set(INDEX, index.subarray(0, 300));
    await expect(bringIndexes(fake.run, versions, keys)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
    expect(fake.checks).toEqual([]);
  });
});

describe('a package', () => {
  const url = `${OS}/x86_64/sample-1.2_rc1-r3.apk`;

  it('passes when signature, checksum and data fit', async () => {
    const { apk, record } = await sampleRepository(signingKey);
    fake.web.set(url, apk);

    await bring(record);

    expect(fake.run.supply.brought().map(({ entry }) => entry)).toEqual([
      expect.objectContaining({ kind: 'package', name: 'sample', sha256: sha256(apk), purposes: ['build'] }),
    ]);
  });

  it('is refused when another key has signed it', async () => {
    const { record } = await sampleRepository(signingKey);
    fake.web.set(url, (await sampleRepository(other.signingKey)).apk);

    await expect(bring(record)).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
  });

  it('is refused when it is another one of the same name and signer than the index promises', async () => {
    const { record } = await sampleRepository(signingKey);
    fake.web.set(url, (await sampleRepository(signingKey, { description: 'another build' })).apk);

    await expect(bring(record)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('the index promises checksum') as string,
    });
  });

  it('is refused with a flipped byte in its data', async () => {
    const { apk, record } = await sampleRepository(signingKey);
    fake.web.set(url, flipped(apk, apk.length - 20));

    await expect(bring(record)).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  });

  it('is refused when the index promises another size', async () => {
    const { apk, record } = await sampleRepository(signingKey);
    fake.web.set(url, apk);

    await expect(bring({ ...record, size: record.size + 1 })).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  function bring(record: Awaited<ReturnType<typeof sampleRepository>>['record']): Promise<void> {
    return bringPackages(fake.run, OS, keys, [{ record, platform: 'linux/amd64', purposes: ['build'] }]);
  }
});

function pemOf(key: typeof signingKey): string {
  return createPublicKey(key.key).export({ type: 'spki', format: 'pem' }).toString();
}
