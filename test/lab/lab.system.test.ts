import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyIndex } from '../../adapters/apk/index-file.ts';
import { parsePublicKey } from '../../adapters/apk/keys.ts';
import { verifyDetached } from '../../adapters/pgp/detached-signature.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { createRegistry } from '../../adapters/registry/registry.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import { verifyBundle } from '../../adapters/sigstore/verify.ts';
import { hexOf, sha256 } from '../../domain/digest.ts';
import { IMAGE_SIGNATURE, PUBLISHER } from '../../lab/base-image/sign-as-publisher.ts';
import { OPENSSL_RELEASE_KEYS } from '../../lab/sources/release-pins.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import { subjectAlternativeName } from '../../services/sigstore/identities.ts';
import { startTestLab, type TestLab } from './running-lab.ts';

let lab: TestLab;
let folder: string;

beforeAll(async () => {
  lab = await startTestLab();
  folder = await mkdtemp(join(tmpdir(), 'foundry-lab-client-'));
});
afterAll(async () => {
  await lab.dispose();
  await rm(folder, { recursive: true });
});

describe('on day 0', () => {
  it('the index verifies with the published key, and offers the trap: a libcrypto3 above the core', async () => {
    const { records } = await fetchIndex();

    const libcrypto = records.find(({ name }) => name === 'libcrypto3');
    expect(libcrypto?.version).toMatch(/^3\.([6-9]|\d\d)\./);
    const apkTools = records.find(({ name }) => name === 'apk-tools');
    expect(apkTools?.depends).toEqual(expect.arrayContaining(['so:libcrypto.so.3', 'so:libssl.so.3']));
    expect(records.every(({ maintainer }) => maintainer.includes('lab'))).toBe(true);
  });

  it('apko locks the repository and builds the same image twice, the second time without any network', async () => {
    const first = await buildImage('first');
    const second = await buildImage('second');

    expect(second).toEqual(first);
  });

  it('trivy reads the lab database from the registry and knows the packages of the base image', async () => {
    const { Metadata, Results } = await scan(`${lab.now().registry}/chainguard/wolfi-base:latest`);

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
      (await fetchIndex()).records.filter(({ name }) => name === 'zlib').map(({ version }) => version);
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

  it('day 3 brings a new core; then yesterday’s core has CVEs and today’s has none', async () => {
    const yesterday = lab.now().today.newestCore;
    const before = await vulnerabilitiesOf(yesterday);
    await lab.advance();
    const today = lab.now().today.newestCore;

    expect(before).toEqual([]);
    expect((await vulnerabilitiesOf(yesterday)).length).toBeGreaterThan(0);
    expect(await vulnerabilitiesOf(today)).toEqual([]);
    expect((await fetch(tarballUrl(today), { method: 'HEAD' })).status).toBe(200);
  });

  it('day 4 knows a CVE that no release fixes', async () => {
    await lab.advance();

    const records = await (await fetch(`${lab.now().url}/openssl/vulnerabilities.json`)).text();
    expect(records).toContain('CVE-');
    expect(lab.now().today.title).toBe('a vulnerability without a fix');
  });

  it('day 5 has an index that our verifier and apko both refuse', async () => {
    await lab.advance();

    await expect(fetchIndex()).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
    await expect(lockImage('refused')).rejects.toThrow(/verif/);
  });

  it('day 6 serves other bytes for the newest core, and its official signature refuses them', async () => {
    const core = lab.now().today.newestCore;
    const before = await verifyCore(core);
    const digest = Buffer.from(await fetchBytes(`${tarballUrl(core)}.sha256`)).toString('utf8');
    await lab.advance();

    expect(before.fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(digest).not.toContain(sha256(await fetchBytes(tarballUrl(core))));
    await expect(verifyCore(core)).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
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
    expect((await fetchIndex()).records.length).toBeGreaterThan(40);
    await expect(lab.advance()).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });

  it('reset goes back to the very same day 0', async () => {
    await lab.reset();

    expect(lab.now().today.day).toBe(0);
    expect((await fetchIndex()).records.filter(({ name }) => name === 'zlib')).toHaveLength(1);
    expect(await buildImage('after-reset')).toEqual(await readDigests('first'));
  });
});

interface Scan {
  Metadata: { OS: { Family: string } };
  Results: { Packages?: { Name: string }[]; Vulnerabilities?: { VulnerabilityID: string }[] }[];
}

async function fetchIndex(): ReturnType<typeof verifyIndex> {
  const { url } = lab.now();
  const name = 'wolfi-signing.rsa.pub';
  const pem = await (await fetch(`${url}/os/${name}`)).text();
  const index = await fetchBytes(`${url}/os/x86_64/APKINDEX.tar.gz`);
  return verifyIndex(index, new Map([[name, parsePublicKey(name, pem)]]), 'the index');
}

function tarballUrl(version: string): string {
  return `${lab.now().url}/openssl/openssl/releases/download/openssl-${version}/openssl-${version}.tar.gz`;
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Checks the newest core as a stranger would: tarball, signature and keys from the lab, the fingerprints from elsewhere. */
async function verifyCore(version: string): ReturnType<typeof verifyDetached> {
  const url = tarballUrl(version);
  const text = async (from: string): Promise<string> => Buffer.from(await fetchBytes(from)).toString('utf8');
  return verifyDetached({
    data: await fetchBytes(url),
    signature: await text(`${url}.asc`),
    keys: await text(`${lab.now().url}/openssl/pubkeys.asc`),
    expectedFingerprints: OPENSSL_RELEASE_KEYS,
    at: new Date(),
  });
}

async function lockImage(name: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  const { url } = lab.now();
  const description = {
    contents: {
      repositories: [`${url}/os`],
      keyring: [`${url}/os/wolfi-signing.rsa.pub`],
      packages: ['wolfi-baselayout', 'bash', 'coreutils', 'ca-certificates-bundle'],
    },
    archs: ['x86_64'],
  };
  await writeFile(join(place, 'image.apko.yaml'), stringify(description));
  await apko(place, ['lock', 'image.apko.yaml']);
  return place;
}

/** Builds one image with a warm cache and no network at all; returns the digests of its layout. */
async function buildImage(name: string): Promise<string[]> {
  const place = await lockImage(name);
  const build = ['build', 'image.apko.yaml', 'lab:test', 'layout', '--lockfile', 'image.apko.lock.json'];
  const options = ['--arch', 'x86_64', '--sbom=false', '--cache-dir', join(folder, 'apko-cache')];
  await mkdir(join(place, 'layout'));
  await apko(place, [...build, ...options]);
  await rm(join(place, 'layout'), { recursive: true });
  await mkdir(join(place, 'layout'));
  await apko(
    place,
    [...build, ...options, '--offline'],
    ['unshare', '--net', '--map-root-user', '--user', '--'],
  );
  return readDigests(name);
}

async function readDigests(name: string): Promise<string[]> {
  const index = await readFile(join(folder, name, 'layout', 'index.json'), 'utf8');
  return [...index.matchAll(/sha256:[0-9a-f]{64}/g)].map(([digest]) => digest);
}

async function apko(cwd: string, args: string[], wrapper: string[] = []): Promise<void> {
  const [file = '', ...rest] = [...wrapper, lab.tools.path('apko'), ...args];
  await runTool({ tool: 'apko', file, args: rest, cwd, env: { SOURCE_DATE_EPOCH: '0' } });
}

async function scan(...target: string[]): Promise<Scan> {
  const { stdout } = await runTool({
    tool: 'trivy',
    file: lab.tools.path('trivy'),
    args: [
      'image',
      '--quiet',
      '--insecure',
      '--format=json',
      '--list-all-pkgs',
      '--scanners=vuln',
      '--skip-version-check',
      '--disable-telemetry',
      `--db-repository=${lab.now().registry}/aquasecurity/trivy-db:2`,
      '--skip-java-db-update',
      '--cache-dir',
      join(folder, `trivy-day-${lab.now().today.day}`),
      ...target,
    ],
  });
  return JSON.parse(stdout) as Scan;
}

/** What trivy finds in the base image when its OpenSSL is replaced by this core, as our packages will name it. */
async function vulnerabilitiesOf(core: string): Promise<string[]> {
  const layout = join(folder, `core-${core}-day-${lab.now().today.day}`);
  await imageWithCore(layout, core);
  const { Results } = await scan('--input', layout);
  return Results.flatMap(({ Vulnerabilities = [] }) =>
    Vulnerabilities.map(({ VulnerabilityID }) => VulnerabilityID),
  );
}

async function imageWithCore(layout: string, core: string): Promise<void> {
  const root = `${layout}-root`;
  const { registry } = lab.now();
  const crane = { tool: 'crane', file: lab.tools.path('crane') };
  await mkdir(root);
  await runTool({
    ...crane,
    args: [
      'export',
      '--insecure',
      '--platform',
      'linux/amd64',
      `${registry}/chainguard/wolfi-base:latest`,
      `${root}.tar`,
    ],
  });
  await runTool({ tool: 'tar', file: 'tar', args: ['-xf', `${root}.tar`, '-C', root, '--no-same-owner'] });
  const database = join(root, 'usr', 'lib', 'apk', 'db', 'installed');
  const records = (await readFile(database, 'utf8'))
    .split('\n\n')
    .map((record) =>
      /^P:lib(crypto|ssl)3$/m.test(record) ? record.replace(/^V:.*$/m, `V:${core}-r0`) : record,
    );
  await writeFile(database, records.join('\n\n'));
  await runTool({ tool: 'tar', file: 'tar', args: ['-cf', `${layout}.layer.tar`, '-C', root, '.'] });
  await runTool({
    ...crane,
    args: ['append', '--oci-empty-base', '-f', `${layout}.layer.tar`, '-t', 'lab/core:test', '-o', layout],
  });
}
