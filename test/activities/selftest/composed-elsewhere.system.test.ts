import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { builderProfile } from '../../../activities/build/builder-profiles.ts';
import { providerDigest } from '../../../activities/build/provider-digest.ts';
import { type StoredPackage, storePackages } from '../../../activities/build/stored-artifacts.ts';
import { createPackageActivities } from '../../../activities/publish/package-activities.ts';
import { checksFor } from '../../../activities/selftest/checks/all-checks.ts';
import { createSelftestActivities } from '../../../activities/selftest/selftest-activities.ts';
import { signRepository } from '../../../activities/sign/sign-packages.ts';
import { openSigningKeyFile } from '../../../adapters/apk/signing-key-file.ts';
import { makeDocument, readLayout } from '../../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { StageOutcome } from '../../../domain/release/check.ts';
import { startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';
import { serveFolder } from '../../lab/packages/serve-folder.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';
import { cachedSteps } from '../build/cached-step.ts';
import { orderFromDay } from '../build/lab-order.ts';

const PLATFORM = 'linux/amd64';
const KEY = 'wolfi-openssl-fips.rsa.pub';
const OWN = ['libcrypto3', 'libssl3', 'openssl', 'openssl-fips-provider', 'openssl-fips-config'];

describe('an image that others compose with apko from the published packages', () => {
  let lab: TestLab;
  let place: string;
  let store: ArtifactStore;
  let own: readonly StoredPackage[];
  let core: string;

  beforeAll(async () => {
    lab = await startTestLab();
    place = await mkdtemp(join(tmpdir(), 'foundry-elsewhere-'));
    store = openDirectoryStore(join(place, 'store'));
    core = lab.now().today.newestCore;
    own = await buildOwn();
    await publishOwn();
  }, 3_600_000);

  afterAll(async () => {
    await lab.dispose();
    await rm(place, { recursive: true, force: true });
  });

  test('passes every self-test once it names the health check that the packages bring', async () => {
    const image = await serveFolder(join(place, 'apk'), async (url) => compose('image', `${url}/${core}`));
    const bare = await selftest(image);
    expect(bare.counts.fail).toBe(0);
    expect(bare.failed.filter(({ detail }) => !detail.includes('the image names no health check'))).toEqual(
      [],
    );

    const outcome = await selftest(withHealthCheck(image));
    expect(outcome.failed).toEqual([]);
    expect(outcome.counts.pass).toBe(checksFor('distroless', PLATFORM).length);
  });

  test('is none when somebody signed the index with another key', async () => {
    const other = await openSigningKeyFile(join(place, 'other.rsa'), KEY, 2048);
    const theirs = await signRepository({ store, getKey: async () => other }, PLATFORM, own, 'not ours');
    const folder = join(place, 'theirs');
    await cp(join(place, 'apk', core), join(folder, core), { recursive: true, dereference: true });
    await store.fetchTo(theirs.index.digest, join(folder, core, 'x86_64', 'APKINDEX.tar.gz'));
    await expect(
      serveFolder(folder, async (url) => compose('theirs', `${url}/${core}`)),
    ).rejects.toMatchObject({
      code: 'FND_TOOL_FAILED',
      message: expect.stringMatching(/signature|verif/i),
    });
  });

  async function buildOwn(): Promise<StoredPackage[]> {
    const { cache, state } = lab.directories;
    const from = await orderFromDay(join(state, 'lab', 'days', '0', 'public'), core);
    const deps = { melange: lab.tools.path('melange'), scratch: place, report: () => undefined };
    const steps = await cachedSteps(cache, builderProfile('a', 2), from, deps);
    return await storePackages(
      store,
      steps.flatMap(({ packages }) => packages),
    );
  }

  async function publishOwn(): Promise<void> {
    const key = await openSigningKeyFile(join(place, 'apk.rsa'), KEY);
    const repository = await signRepository({ store, getKey: async () => key }, PLATFORM, own, 'packages');
    const registry = await startMemoryRegistry();
    try {
      const { stagePackages, switchPackages } = createPackageActivities({
        store,
        registry: registry.client,
        published: 'openssl-fips',
        folder: join(place, 'apk'),
        report: () => undefined,
      });
      const identity = { version: core, commit: 'c'.repeat(40) };
      await stagePackages({ ...identity, repositories: [repository] });
      await switchPackages({ ...identity, previous: null });
    } finally {
      await registry.close();
    }
  }

  /** As docs/publishing.md says: the base from one repository, and from ours what is asked for by its tag. */
  async function compose(name: string, packages: string): Promise<OciImage> {
    const folder = join(place, name);
    await mkdir(join(folder, 'layout'), { recursive: true });
    await writeFile(join(folder, KEY), await readFile(join(place, 'apk', core, KEY)));
    const base = `${lab.now().url}/os`;
    const description = {
      contents: {
        repositories: [base, `@fips ${packages}`],
        keyring: [`${base}/wolfi-signing.rsa.pub`, KEY],
        packages: ['wolfi-baselayout', 'ca-certificates-bundle', ...OWN.map((one) => `${one}@fips`)],
      },
      accounts: {
        'run-as': '65532',
        users: [{ username: 'nonroot', uid: 65_532, gid: 65_532 }],
        groups: [{ groupname: 'nonroot', gid: 65_532 }],
      },
      environment: { PATH: '/usr/bin:/bin' },
      entrypoint: { command: '/usr/bin/openssl' },
      archs: ['x86_64'],
    };
    await writeFile(join(folder, 'image.yaml'), stringify(description));
    await runTool({
      tool: 'apko',
      file: lab.tools.path('apko'),
      args: ['build', 'image.yaml', 'team:1', 'layout', '--arch', 'x86_64', '--sbom=false', '--vcs=false'],
      cwd: folder,
    });
    return await readLayout(join(folder, 'layout'));
  }

  async function selftest(image: OciImage): Promise<StageOutcome> {
    const { selftest: run } = createSelftestActivities({ store, report: () => undefined });
    const expected = {
      coreVersion: core,
      providerVersion: '3.1.2',
      provider: await providerDigest(store, own),
    };
    return await run({
      image: await storeImage(store, image),
      variant: 'distroless',
      platform: PLATFORM,
      expected,
    });
  }
});

/** The image as a Dockerfile with `FROM` and `HEALTHCHECK` would leave it: apko cannot say it. */
function withHealthCheck(image: OciImage): OciImage {
  const { config: runtime, ...rest } = image.config.content;
  const config = makeDocument(MEDIA_TYPES.config, {
    ...rest,
    config: { ...runtime, Healthcheck: { Test: ['CMD', '/usr/bin/fips-healthcheck'] } },
  });
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    ...image.manifest.content,
    config: config.descriptor,
  });
  const index = makeDocument(MEDIA_TYPES.index, {
    ...image.index.content,
    manifests: [{ ...manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  return { index, manifest, config, layers: image.layers };
}
