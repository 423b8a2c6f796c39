import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stringify } from 'yaml';
import { storeImage } from '../../activities/artifacts/stored-image.ts';
import { checksFor } from '../compliance/checks/all-checks.ts';
import { createSelftestActivities } from '../../activities/selftest/selftest-activities.ts';
import { openIndex, renderIndex, signIndex } from '../../adapters/apk/index-file.ts';
import { openSigningKeyFile } from '../../adapters/apk/signing-key-file.ts';
import { readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import { readLayout } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { openToolchain, type Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import type { Check, StageOutcome } from '../../domain/release/check.ts';
import { imageWith } from '../adapters/oci-layout/sample-image.ts';
import { serveFolder } from '../lab/packages/serve-folder.ts';
import { CACHE, readAnswer, ReleasedLab } from './foundry.ts';
import { pulledImage, storeSuite } from './released-images.ts';

const PLATFORM = 'linux/amd64';
const KEY = 'wolfi-openssl-fips.rsa.pub';
const INDEX = join('x86_64', 'APKINDEX.tar.gz');
const MODULE = 'usr/lib/ossl-modules/fips.so';
const OWN = ['libcrypto3', 'libssl3', 'openssl', 'openssl-fips-provider', 'openssl-fips-config'];

describe('an image that others compose with apko from the published packages', () => {
  const lab = new ReleasedLab(inject('state'));
  const released = readAnswer(inject('released'));
  const { version } = released.status;
  /** As the release wrote it, to be served as static files. */
  const published = join(lab.state, 'published', 'apk');
  let tools: Toolchain;
  let place: string;
  let base: string;

  beforeAll(async () => {
    tools = await openToolchain({ state: lab.state, cache: CACHE }, process.env);
    place = await mkdtemp(join(tmpdir(), 'foundry-elsewhere-'));
    const pins = await lab.read(released.status.commit, VERSIONS_FILE);
    base = readVersions(pins, VERSIONS_FILE).repository.url;
  });
  afterAll(async () => await rm(place, { recursive: true, force: true }));

  test('passes every self-test of its cryptography once it names the health check that the packages bring', async () => {
    const image = await serveFolder(published, async (url) => compose('image', `${url}/${version}`));
    const outcome = await selftest(withHealthCheck(image));
    const { checks } = JSON.parse(await readText(store(), outcome.evidence)) as { checks: Check[] };
    const notPassed = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id);
    // What only a release writes into an image, or knows of it, is not there: labels, history, the lock.
    expect(notPassed.filter((id) => !/^FIPS-(?:META|IMG)-/.test(id))).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual(checksFor('distroless', PLATFORM).map(({ id }) => id));
  });

  test('is none when somebody signed the index with another key', async () => {
    const folder = join(place, 'theirs');
    await cp(join(published, version), join(folder, version), { recursive: true, dereference: true });
    const index = join(folder, version, INDEX);
    const unsigned = await renderIndex(await openIndex(await readFile(index), INDEX), { mtime: 0 });
    const other = await openSigningKeyFile(join(place, 'other.rsa'), KEY, 2048);
    await writeFile(index, await signIndex(unsigned, other, { mtime: 0 }));
    await expect(
      serveFolder(folder, async (url) => compose('theirs', `${url}/${version}`)),
    ).rejects.toMatchObject({
      code: 'FND_TOOL_FAILED',
      message: expect.stringMatching(/signature|verif/i),
    });
  });

  /** As docs/publishing.md says: the base from one repository, and from ours what is asked for by its tag. */
  async function compose(name: string, packages: string): Promise<OciImage> {
    const folder = join(place, name);
    await mkdir(join(folder, 'layout'), { recursive: true });
    await writeFile(join(folder, KEY), await readFile(join(published, version, KEY)));
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
      file: tools.path('apko'),
      args: ['build', 'image.yaml', 'team:1', 'layout', '--arch', 'x86_64', '--sbom=false', '--vcs=false'],
      cwd: folder,
    });
    return await readLayout(join(folder, 'layout'));
  }

  function store(): ArtifactStore {
    return openDirectoryStore(join(place, 'store'));
  }

  async function selftest(image: OciImage): Promise<StageOutcome> {
    const { selftest: run } = createSelftestActivities({ store: store(), report: () => undefined });
    const expected = { coreVersion: version, providerVersion: '3.1.2', provider: await releasedModule() };
    return await run({
      image: await storeImage(store(), image),
      variant: 'distroless',
      platform: PLATFORM,
      expected,
      suite: await storeSuite(store(), lab, version),
    });
  }

  async function releasedModule(): Promise<Sha256> {
    for (const layer of (await pulledImage(lab, released, 'distroless')).layers) {
      for await (const { path, content } of readArchiveEntries(layer, 'distroless')) {
        if (path === MODULE) return sha256(content);
      }
    }
    throw new Error(`distroless has no ${MODULE}`);
  }
});

/** The image as a Dockerfile with `FROM` and `HEALTHCHECK` would leave it: apko cannot say it. */
function withHealthCheck(image: OciImage): OciImage {
  return imageWith(image, { config: { Healthcheck: { Test: ['CMD', '/usr/bin/fips-healthcheck'] } } });
}
