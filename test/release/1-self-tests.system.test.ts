import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { storeImage } from '../../activities/artifacts/stored-image.ts';
import type { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import { checksFor } from '../compliance/checks/all-checks.ts';
import { groupOf } from '../../activities/selftest/interviews.ts';
import type { ImageFacts } from '../../activities/selftest/check-definition.ts';
import { createSelftestActivities } from '../../activities/selftest/selftest-activities.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { Check, type StageOutcome } from '../../domain/release/check.ts';
import type { sampleLayer } from '../adapters/oci-layout/sample-image.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { factsOfRelease, pulledImage, storeSuite, withLayer } from './released-images.ts';

const StoredChecks = z.object({ checks: z.array(Check) });
const PLATFORM = 'linux/amd64';
const MODULE = 'usr/lib/ossl-modules/fips.so';

describe('the self-tests of a released image', () => {
  const lab = new ReleasedLab(inject('state'));
  const released = readAnswer(inject('released'));
  let place: string;
  let image: OciImage;
  let root: string;
  let module: Buffer;
  let expected: ImageFacts;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'foundry-selftest-'));
    root = join(place, 'root');
    image = await pulledImage(lab, released, 'distroless');
    expected = await factsOfRelease(lab, released, 'distroless');
    await unpackImage(image, root);
    module = await readFile(join(root, MODULE));
  });
  afterAll(async () => await rm(place, { recursive: true, force: true }));

  test.each(VARIANTS)('are all there for %s, and all passed', (variant) => {
    const { parts } = released.status.stages.find(({ stage }) => stage === 'self-test') ?? { parts: [] };
    const outcome = parts.find(({ name }) => name.startsWith(variant))?.outcome;
    expect(outcome?.counts).toEqual({ pass: checksFor(variant, PLATFORM).length, fail: 0, 'not-run': 0 });
  });

  test('fail wherever the module is asked, when it is changed', async () => {
    const changed = Buffer.from(module);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    const outcome = await selftestWith({ [MODULE]: { content: changed, mode: 0o755 } });
    expect(outcome.verdict).toBe('fail');
    expect(ids(outcome)).toEqual(expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002']));
    expect(outcome.failed.find(({ id }) => id === 'FIPS-POST-002')?.detail).toContain(
      'demanded by ISO/IEC 19790',
    );
  });

  test('fail for exactly that, when the module is not as strict as can be', async () => {
    const path = 'etc/ssl/fipsmodule.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({ [path]: text.replace('hmac-key-check = 1', 'hmac-key-check = 0') });
    // The last is the layer that makes it so.
    expect(ids(outcome)).toEqual(['FIPS-INT-002', 'FIPS-META-053']);
  });

  test('find out that the default provider is active too, though its cryptography works', async () => {
    const path = 'etc/ssl/openssl.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({
      [path]: text.replace('base = base_sect', 'base = base_sect\ndefault = base_sect'),
    });
    expect(ids(outcome)).toEqual(expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002', 'FIPS-POST-010']));
  });

  test('pass nothing of what is no image of ours', async () => {
    const outcome = await selftest(await withLayer(image, { nothing: '' }, true));
    expect(outcome.verdict).toBe('fail');
    const { checks } = StoredChecks.parse(JSON.parse(await readText(store(), outcome.evidence)));
    const passed = checks.filter(({ verdict }) => verdict === 'pass').map(({ id }) => groupOf(id));
    // Nothing that is run: only what is said about it, and what must not be in it.
    expect(new Set(passed)).toEqual(new Set(['FIPS-IMG', 'FIPS-META']));
  });

  test('end when they are interrupted', async () => {
    const controller = new AbortController();
    const stored = await storeImage(store(), image);
    const { selftest: run } = createSelftestActivities({
      store: store(),
      report: () => undefined,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 2000);
    await expect(
      run({
        image: stored,
        variant: 'distroless',
        platform: PLATFORM,
        expected,
        suite: await storedSuite(),
      }),
    ).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
  });

  /** Of this test alone: what is stored here is no image that anybody may find. */
  function store(): ReturnType<typeof openDirectoryStore> {
    return openDirectoryStore(join(place, 'store'));
  }

  async function selftest(tested: OciImage): Promise<StageOutcome> {
    const activities = createSelftestActivities({ store: store(), report: () => undefined });
    return await activities.selftest({
      image: await storeImage(store(), tested),
      variant: 'distroless',
      platform: PLATFORM,
      expected,
      suite: await storedSuite(),
    });
  }

  async function storedSuite(): Promise<StoredPackage> {
    return await storeSuite(store(), lab, released.status.version);
  }

  async function selftestWith(files: Parameters<typeof sampleLayer>[0]): Promise<StageOutcome> {
    return await selftest(await withLayer(image, files));
  }
});

function ids({ failed }: StageOutcome): string[] {
  return failed.map(({ id }) => id);
}
