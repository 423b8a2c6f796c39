import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { checksFor } from '../../../activities/selftest/checks/all-checks.ts';
import { moduleMac } from '../../../activities/selftest/module-mac.ts';
import { type Examined, runCheck } from '../../../activities/selftest/run-check.ts';
import { createSelftestActivities } from '../../../activities/selftest/selftest-activities.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../../adapters/oci-layout/unpack.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { readBytes } from '../../../adapters/store/read-bytes.ts';
import { VARIANTS, type Variant } from '../../../domain/pins/variant.ts';
import type { StageOutcome } from '../../../domain/release/check.ts';
import type { sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';
import { type FinishedImages, makeFinishedImages, withLayer } from './finished-images.ts';
import { MUTANTS } from './mutants.ts';

const PLATFORM = 'linux/amd64';
const MODULE = 'usr/lib/ossl-modules/fips.so';

describe('the self-tests, on finished images', () => {
  let lab: TestLab;
  let place: string;
  let finished: FinishedImages;
  let root: string;

  beforeAll(async () => {
    lab = await startTestLab();
    place = await mkdtemp(join(tmpdir(), 'foundry-selftest-'));
    finished = await makeFinishedImages(lab, place);
    root = join(place, 'root');
    await unpackImage(imageOf('distroless'), root);
  }, 3_600_000);

  afterAll(async () => {
    await lab.dispose();
    await rm(place, { recursive: true, force: true });
  });

  test.each(VARIANTS)('%s passes every check', async (variant) => {
    const outcome = await selftest(imageOf(variant), variant);
    expect(outcome.failed).toEqual([]);
    expect(outcome.verdict).toBe('pass');
    expect(outcome.counts.pass).toBe(checksFor(variant, PLATFORM).length);
    const evidence = Buffer.from(await readBytes(store(), outcome.evidence)).toString('utf8');
    expect(JSON.parse(evidence)).toMatchObject({ checks: { length: outcome.counts.pass } });
  });

  test('an image with a changed module fails wherever the module is asked', async () => {
    const module = Buffer.from(await readFile(join(root, MODULE)));
    module[module.length >> 1] = (module[module.length >> 1] ?? 0) ^ 1;
    const outcome = await selftestWith({ [MODULE]: { content: module, mode: 0o755 } });
    expect(outcome.verdict).toBe('fail');
    expect(ids(outcome)).toEqual(expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002', 'FIPS-KAT-002']));
    expect(outcome.failed.find(({ id }) => id === 'FIPS-POST-002')?.detail).toContain(
      'demanded by ISO/IEC 19790',
    );
  });

  test('an image whose module is not as strict as can be fails for exactly that', async () => {
    const path = 'etc/ssl/fipsmodule.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({ [path]: text.replace('hmac-key-check = 1', 'hmac-key-check = 0') });
    expect(ids(outcome)).toEqual(['FIPS-INT-002']);
  });

  test('an image that also activates the default provider is found out, though its cryptography works', async () => {
    const path = 'etc/ssl/openssl.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({
      [path]: text.replace('base = base_sect', 'base = base_sect\ndefault = base_sect'),
    });
    expect(ids(outcome)).toEqual(
      expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002', 'FIPS-POST-010', 'FIPS-INT-003']),
    );
  });

  test('what is no image of ours passes nothing that it should not', async () => {
    const outcome = await selftest(
      await withLayer(imageOf('distroless'), { nothing: '' }, true),
      'distroless',
    );
    expect(outcome.verdict).not.toBe('pass');
    expect(outcome.counts.pass).toBe(0);
  });

  test('every check fails when what it looks at is not so', { timeout: 600_000 }, async () => {
    const examined: Examined = {
      root,
      config: imageOf('distroless').config.content,
      facts: { ...finished.expected, moduleMac: moduleMac(await readFile(join(root, MODULE))) },
      signal: undefined,
    };
    const other = join(place, 'other-root');
    await unpackImage(
      await withLayer(imageOf('distroless'), { 'etc/ssl/openssl.cnf': 'default = default_sect\n' }),
      other,
    );
    const untripped: string[] = [];
    for (const definition of checksFor('distroless', PLATFORM)) {
      const trips = MUTANTS.map(({ name, apply }) => ({ name, ...apply(definition, examined) }));
      trips.push({ name: 'another configuration', definition, examined: { ...examined, root: other } });
      let tripped = false;
      for (const mutant of trips) {
        tripped = (await runCheck(mutant.definition, mutant.examined)).verdict !== 'pass';
        if (tripped) break;
      }
      if (!tripped) untripped.push(definition.id);
    }
    expect(untripped).toEqual([]);
  });

  test('an interruption ends the stage', async () => {
    const controller = new AbortController();
    const stored = await storeImage(store(), imageOf('distroless'));
    const { selftest: run } = createSelftestActivities({
      store: store(),
      report: () => undefined,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 2000);
    await expect(
      run({ image: stored, variant: 'distroless', platform: PLATFORM, expected: finished.expected }),
    ).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
  });

  function imageOf(variant: Variant): OciImage {
    const image = finished.images.get(variant);
    if (image === undefined) throw new Error(`${variant} is not there`);
    return image;
  }

  function store(): ReturnType<typeof openDirectoryStore> {
    return openDirectoryStore(join(place, 'store'));
  }

  async function selftest(image: OciImage, variant: Variant): Promise<StageOutcome> {
    const activities = createSelftestActivities({ store: store(), report: () => undefined });
    const stored = await storeImage(store(), image);
    return await activities.selftest({
      image: stored,
      variant,
      platform: PLATFORM,
      expected: finished.expected,
    });
  }

  async function selftestWith(files: Parameters<typeof sampleLayer>[0]): Promise<StageOutcome> {
    return await selftest(await withLayer(imageOf('distroless'), files), 'distroless');
  }
});

function ids({ failed }: StageOutcome): string[] {
  return failed.map(({ id }) => id);
}
