import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import { moduleMac } from '../../../activities/selftest/module-mac.ts';
import { createSelftestActivities } from '../../../activities/selftest/selftest-activities.ts';
import { packageBytes } from '../../../adapters/apk/write-package.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { readText } from '../../../adapters/store/read-bytes.ts';
import { sha256 } from '../../../domain/digest.ts';
import { SUITE_PACKAGE } from '../../../domain/pins/variant.ts';
import { samplePackage } from '../../adapters/apk/sample.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

test('an image for another platform is not run: every check is not-run, with the reason, and the evidence holds all', async () => {
  await withTemporaryDirectory(async (place) => {
    const store = openDirectoryStore(place);
    const { selftest } = createSelftestActivities({ store, report: () => undefined });
    const image = await storeImage(store, sampleImage([await sampleLayer({ a: '1' })]));
    const expected = { coreVersion: '3.5.6', providerVersion: '3.1.2', provider: sha256('') };
    const order = {
      image,
      variant: 'standard',
      platform: 'linux/arm64',
      expected,
      suite: undefined,
    } as const;
    const outcome = await selftest(order);

    const count = checksFor('standard', 'linux/arm64').length;
    expect(outcome).toMatchObject({ verdict: 'not-run', counts: { pass: 0, fail: 0, 'not-run': count } });
    expect(outcome.failed[0]?.detail).toContain('the image is for linux/amd64, ordered was linux/arm64');
    const evidence = await readText(store, outcome.evidence);
    expect(JSON.parse(evidence)).toMatchObject({ checks: { length: count } });
  });
});

test('an image that the store does not hold is an error, not a verdict', async () => {
  await withTemporaryDirectory(async (place) => {
    const image = await storeImage(
      openDirectoryStore(join(place, 'one')),
      sampleImage([await sampleLayer({ a: '1' })]),
    );
    const { selftest } = createSelftestActivities({
      store: openDirectoryStore(join(place, 'other')),
      report: () => undefined,
    });
    const expected = { coreVersion: '3.5.6', providerVersion: '3.1.2', provider: sha256('') };
    await expect(
      selftest({ image, variant: 'standard', platform: 'linux/amd64', expected, suite: undefined }),
    ).rejects.toMatchObject({ code: 'FND_ARTIFACT_MISSING' });
  });
});

test('a suite that the store does not hold, or that is another package, is an error, not a verdict', async () => {
  await withTemporaryDirectory(async (place) => {
    const store = openDirectoryStore(place);
    const { selftest } = createSelftestActivities({ store, report: () => undefined });
    const image = await storeImage(store, sampleImage([await sampleLayer({ a: '1' })]));
    const order = { image, variant: 'standard', platform: 'linux/amd64', expected: {} } as const;
    const other = await store.put(packageBytes(await samplePackage()), 'application/vnd.alpine.apk');
    const lost = { ...other, digest: sha256('lost') };
    const suite = { name: SUITE_PACKAGE, version: '3.5.7-r0' };
    await expect(selftest({ ...order, suite: { ...suite, artifact: other } })).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: 'openssl-fips-suite-3.5.7-r0.apk is sample, expected openssl-fips-suite',
    });
    await expect(selftest({ ...order, suite: { ...suite, artifact: lost } })).rejects.toMatchObject({
      code: 'FND_ARTIFACT_MISSING',
    });
  });
});

test('the MAC of a module is written as its configuration writes it', () => {
  expect(moduleMac(Buffer.from(''))).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
});
