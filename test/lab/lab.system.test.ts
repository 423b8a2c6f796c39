import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../../adapters/process/run-tool.ts';
import { createRegistry } from '../../adapters/registry/registry.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import { verifyBundle } from '../../adapters/sigstore/verify.ts';
import { hexOf, sha256 } from '../../domain/digest.ts';
import { LAB_OTHER_LINE_CVE } from '../../lab/advisories/advisory.ts';
import { IMAGE_SIGNATURE, PUBLISHER } from '../../lab/base-image/sign-as-publisher.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import { subjectAlternativeName } from '../../services/sigstore/identities.ts';
import {
  buildImage,
  type Client,
  fetchBytes,
  fetchIndex,
  lockImage,
  readDigests,
  scan,
  tarballUrl,
  verifyCore,
  vulnerabilitiesOf,
} from './foreign-clients.ts';
import { startTestLab, type TestLab } from './running-lab.ts';

let lab: TestLab;
let folder: string;
let client: Client;

beforeAll(async () => {
  lab = await startTestLab();
  folder = await mkdtemp(join(tmpdir(), 'foundry-lab-client-'));
  client = { lab, folder };
});
afterAll(async () => {
  await lab.dispose();
  await rm(folder, { recursive: true });
});

describe('on day 0', () => {
  it('the index verifies with the published key, and offers the trap: a libcrypto3 above the core', async () => {
    const { records } = await fetchIndex(client);

    const libcrypto = records.find(({ name }) => name === 'libcrypto3');
    expect(libcrypto?.version).toMatch(/^3\.([6-9]|\d\d)\./);
    const apkTools = records.find(({ name }) => name === 'apk-tools');
    expect(apkTools?.depends).toEqual(expect.arrayContaining(['so:libcrypto.so.3', 'so:libssl.so.3']));
    expect(records.every(({ maintainer }) => maintainer.includes('lab'))).toBe(true);
  });

  it('apko locks the repository and builds the same image twice, the second time without any network', async () => {
    const first = await buildImage(client, 'first');
    const second = await buildImage(client, 'second');

    expect(second).toEqual(first);
  });

  it('trivy reads the lab database from the registry and knows the packages of the base image', async () => {
    const { Metadata, Results } = await scan(client, `${lab.now().registry}/chainguard/wolfi-base:latest`);

    expect(Metadata.OS.Family).toBe('wolfi');
    expect(Results.flatMap(({ Packages = [] }) => Packages.map(({ Name }) => Name))).toEqual(
      expect.arrayContaining(['busybox', 'glibc', 'libcrypto3', 'apk-tools']),
    );
  });

  it('the base image carries the signature of its publisher, on index and manifest, and of nobody else', async () => {
    const { repository, digest } = lab.now().today.baseImage;
    const endpoints = await readEndpoints(lab.directories);
    const root: unknown = JSON.parse(await readFile(endpoints.sigstore?.trustedRoot ?? '', 'utf8'));
    const registry = createRegistry({ host: lab.now().registry, plainHttp: true });
    const [attached] = await readAttachedBundles({ registry, repository, digest });
    const expected = {
      subjectDigest: hexOf(digest),
      predicateType: IMAGE_SIGNATURE,
      identity: { issuer: endpoints.sigstore?.oidc ?? '', san: subjectAlternativeName(PUBLISHER) },
    };

    expect(verifyBundle(attached?.bundle, root, expected).subject[0]?.digest).toEqual({
      sha256: hexOf(digest),
    });
    const somebody = { ...expected.identity, san: expected.identity.san.replace('wolfi-images', 'others') };
    expect(() => verifyBundle(attached?.bundle, root, { ...expected, identity: somebody })).toThrow(
      expect.objectContaining({ code: 'FND_SIGNATURE_REFUSED', reason: 'identity' }),
    );
  });

  it('git clones the forge', async () => {
    await runTool({
      tool: 'git',
      file: 'git',
      args: ['clone', '--quiet', lab.now().git, join(folder, 'clone')],
    });

    expect(await readFile(join(folder, 'clone', 'README.md'), 'utf8')).toContain('lab');
  });
});

describe('as the days go by', () => {
  it('a second start changes nothing', async () => {
    const before = lab.now();

    expect(await lab.start()).toEqual(before);
  });

  it('day 1 adds a revision of a library and leaves the old one', async () => {
    const versions = async (): Promise<string[]> =>
      (await fetchIndex(client)).records.filter(({ name }) => name === 'zlib').map(({ version }) => version);
    const [old = ''] = await versions();

    await lab.advance();

    expect(await versions()).toEqual([old, old.replace(/-r0$/, '-r1')]);
  });

  it('day 2 moves the base image, and the old digest is still there', async () => {
    const { repository, digest } = lab.now().today.baseImage;
    await lab.advance();

    const registry = createRegistry({ host: lab.now().registry, plainHttp: true });
    expect(lab.now().today.baseImage.digest).not.toBe(digest);
    expect(await registry.resolveTag(repository, 'latest')).toBe(lab.now().today.baseImage.digest);
    expect(await registry.resolveTag(repository, digest)).toBe(digest);
  });

  it('day 3 brings a new core; then yesterday’s core has CVEs, and today’s only the one that the feed has of another line', async () => {
    const yesterday = lab.now().today.newestCore;
    const before = await vulnerabilitiesOf(client, yesterday);
    await lab.advance();
    const today = lab.now().today.newestCore;

    expect(new Set(before)).toEqual(new Set([LAB_OTHER_LINE_CVE]));
    expect(new Set(await vulnerabilitiesOf(client, yesterday)).size).toBeGreaterThan(1);
    expect(new Set(await vulnerabilitiesOf(client, today))).toEqual(new Set([LAB_OTHER_LINE_CVE]));
    expect((await fetch(tarballUrl(client, today), { method: 'HEAD' })).status).toBe(200);
  });

  it('day 4 knows a CVE that no release fixes', async () => {
    await lab.advance();

    const records = await (await fetch(`${lab.now().url}/openssl/vulnerabilities.json`)).text();
    expect(records).toContain('CVE-');
    expect(lab.now().today.title).toBe('a vulnerability without a fix');
  });

  it('day 5 has an index that our verifier and apko both refuse', async () => {
    await lab.advance();

    await expect(fetchIndex(client)).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
    await expect(lockImage(client, 'refused')).rejects.toThrow(/verif/);
  });

  it('day 6 serves other bytes for the newest core, and its official signature refuses them', async () => {
    const core = lab.now().today.newestCore;
    const before = await verifyCore(client, core);
    const digest = Buffer.from(await fetchBytes(`${tarballUrl(client, core)}.sha256`)).toString('utf8');
    await lab.advance();

    expect(before.fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(digest).not.toContain(sha256(await fetchBytes(tarballUrl(client, core))));
    await expect(verifyCore(client, core)).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
  });

  it('day 7 answers every upstream request with an error, day 8 ends every answer half-way, day 9 is well', async () => {
    const index = `${lab.now().url}/os/x86_64/APKINDEX.tar.gz`;
    await lab.advance();
    const down = await fetch(index);
    await lab.advance();
    const cut = fetch(index).then((answer) => answer.arrayBuffer());

    expect(down.status).toBe(503);
    await expect(cut).rejects.toThrow(/terminated|other side closed/);
    await lab.advance();
    expect((await fetchIndex(client)).records.length).toBeGreaterThan(40);
    await expect(lab.advance()).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });

  it('reset goes back to the very same day 0', async () => {
    await lab.reset();

    expect(lab.now().today.day).toBe(0);
    expect((await fetchIndex(client)).records.filter(({ name }) => name === 'zlib')).toHaveLength(1);
    expect(await buildImage(client, 'after-reset')).toEqual(await readDigests(client, 'first'));
  });
});
