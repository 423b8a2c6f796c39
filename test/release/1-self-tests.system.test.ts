import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { storeImage } from '../../activities/artifacts/stored-image.ts';
import type { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import { checksFor } from '../compliance/checks/all-checks.ts';
import { moduleMac } from '../../activities/selftest/module-mac.ts';
import type { Examined } from '../../activities/selftest/answers.ts';
import { ImageView } from '../../activities/selftest/image-view.ts';
import { runCheck } from '../../activities/selftest/run-check.ts';
import { createSelftestActivities } from '../../activities/selftest/selftest-activities.ts';
import { unpackSuite } from '../../activities/selftest/suite-folder.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { sha256 } from '../../domain/digest.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import type { sampleLayer } from '../adapters/oci-layout/sample-image.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { MUTANTS } from './mutants.ts';
import { publishedSuite, pulledImage, storeSuite, withLayer } from './released-images.ts';

const PLATFORM = 'linux/amd64';
const MODULE = 'usr/lib/ossl-modules/fips.so';

describe('the self-tests of a released image', () => {
  const lab = new ReleasedLab(inject('state'));
  const released = readAnswer(inject('released'));
  let place: string;
  let image: OciImage;
  let root: string;
  let module: Buffer;
  let suite: string;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'foundry-selftest-'));
    root = join(place, 'root');
    image = await pulledImage(lab, released, 'distroless');
    await unpackImage(image, root);
    module = await readFile(join(root, MODULE));
    suite = join(place, 'suite');
    await unpackSuite(await publishedSuite(lab, released.status.version), 'the suite', suite);
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
    expect(ids(outcome)).toEqual(expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002', 'FIPS-KAT-002']));
    expect(outcome.failed.find(({ id }) => id === 'FIPS-POST-002')?.detail).toContain(
      'demanded by ISO/IEC 19790',
    );
  });

  test('fail for exactly that, when the module is not as strict as can be', async () => {
    const path = 'etc/ssl/fipsmodule.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({ [path]: text.replace('hmac-key-check = 1', 'hmac-key-check = 0') });
    expect(ids(outcome)).toEqual(['FIPS-INT-002']);
  });

  test('find out that the default provider is active too, though its cryptography works', async () => {
    const path = 'etc/ssl/openssl.cnf';
    const text = await readFile(join(root, path), 'utf8');
    const outcome = await selftestWith({
      [path]: text.replace('base = base_sect', 'base = base_sect\ndefault = base_sect'),
    });
    expect(ids(outcome)).toEqual(
      expect.arrayContaining(['FIPS-POST-001', 'FIPS-POST-002', 'FIPS-POST-010', 'FIPS-INT-003']),
    );
  });

  test('pass nothing of what is no image of ours', async () => {
    const outcome = await selftest(await withLayer(image, { nothing: '' }, true));
    expect(outcome.verdict).not.toBe('pass');
    expect(outcome.counts.pass).toBe(0);
  });

  test('each fail when what they look at is not so', async () => {
    const examined: Examined = {
      root,
      config: image.config.content,
      facts: { ...expected(), moduleMac: moduleMac(module) },
      view: new ImageView(image, root),
      suite,
      signal: undefined,
    };
    const other = join(place, 'other-root');
    await unpackImage(await withLayer(image, { 'etc/ssl/openssl.cnf': 'default = default_sect\n' }), other);
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
        expected: expected(),
        suite: await storedSuite(),
      }),
    ).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
  });

  function expected(): Parameters<ReturnType<typeof createSelftestActivities>['selftest']>[0]['expected'] {
    return { coreVersion: released.status.version, providerVersion: '3.1.2', provider: sha256(module) };
  }

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
      expected: expected(),
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
