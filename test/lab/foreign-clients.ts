import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RepositoryIndex, verifyIndex } from '../../adapters/apk/index-file.ts';
import { parsePublicKey } from '../../adapters/apk/keys.ts';
import { verifyDetached } from '../../adapters/pgp/detached-signature.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { OPENSSL_RELEASE_KEYS } from '../../lab/sources/release-pins.ts';
import type { TestLab } from './running-lab.ts';

/** Where a client of the lab works: the lab, and a folder for what it fetches and builds. */
export interface Client {
  readonly lab: TestLab;
  readonly folder: string;
}

/** What trivy prints, as far as we read it. */
interface Scan {
  Metadata: { OS: { Family: string } };
  Results: { Packages?: { Name: string }[]; Vulnerabilities?: { VulnerabilityID: string }[] }[];
}

/** Fetches the package index and verifies it with the published key. */
export async function fetchIndex({ lab }: Client): Promise<RepositoryIndex> {
  const { url } = lab.now();
  const name = 'wolfi-signing.rsa.pub';
  const pem = await (await fetch(`${url}/os/${name}`)).text();
  const index = await fetchBytes(`${url}/os/x86_64/APKINDEX.tar.gz`);
  return verifyIndex(index, new Map([[name, parsePublicKey(name, pem)]]), 'the index');
}

/** Where a release is published. */
export function tarballUrl({ lab }: Client, version: string): string {
  return `${lab.now().url}/openssl/openssl/releases/download/openssl-${version}/openssl-${version}.tar.gz`;
}

/** The body of an answer. */
export async function fetchBytes(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Checks the newest core as a stranger would: tarball, signature and keys from the lab, the fingerprints from elsewhere. */
export async function verifyCore(client: Client, version: string): ReturnType<typeof verifyDetached> {
  const url = tarballUrl(client, version);
  const text = async (from: string): Promise<string> => Buffer.from(await fetchBytes(from)).toString('utf8');
  return verifyDetached({
    data: await fetchBytes(url),
    signature: await text(`${url}.asc`),
    keys: await text(`${client.lab.now().url}/openssl/pubkeys.asc`),
    expectedFingerprints: OPENSSL_RELEASE_KEYS,
    at: new Date(),
  });
}

/** Has apko lock an image from the lab's repository; returns the folder of the lock. */
export async function lockImage({ lab, folder }: Client, name: string): Promise<string> {
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
  await apko(lab, place, ['lock', 'image.apko.yaml']);
  return place;
}

/** Builds one image with a warm cache and no network at all; returns the digests of its layout. */
export async function buildImage(client: Client, name: string): Promise<string[]> {
  const { lab, folder } = client;
  const place = await lockImage(client, name);
  const build = ['build', 'image.apko.yaml', 'lab:test', 'layout', '--lockfile', 'image.apko.lock.json'];
  const options = ['--arch', 'x86_64', '--sbom=false', '--cache-dir', join(folder, 'apko-cache')];
  await mkdir(join(place, 'layout'));
  await apko(lab, place, [...build, ...options]);
  await rm(join(place, 'layout'), { recursive: true });
  await mkdir(join(place, 'layout'));
  await apko(
    lab,
    place,
    [...build, ...options, '--offline'],
    ['unshare', '--net', '--map-root-user', '--user', '--'],
  );
  return readDigests(client, name);
}

/** The digests of an image that was built under this name. */
export async function readDigests({ folder }: Client, name: string): Promise<string[]> {
  const index = await readFile(join(folder, name, 'layout', 'index.json'), 'utf8');
  return [...index.matchAll(/sha256:[0-9a-f]{64}/g)].map(([digest]) => digest);
}

async function apko(lab: TestLab, cwd: string, args: string[], wrapper: string[] = []): Promise<void> {
  const [file = '', ...rest] = [...wrapper, lab.tools.path('apko'), ...args];
  await runTool({ tool: 'apko', file, args: rest, cwd, env: { SOURCE_DATE_EPOCH: '0' } });
}

/** Has trivy look at an image with the lab's database. */
export async function scan({ lab, folder }: Client, ...target: string[]): Promise<Scan> {
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
export async function vulnerabilitiesOf(client: Client, core: string): Promise<string[]> {
  const { lab, folder } = client;
  const layout = join(folder, `core-${core}-day-${lab.now().today.day}`);
  await imageWithCore(lab, layout, core);
  const { Results } = await scan(client, '--input', layout);
  return Results.flatMap(({ Vulnerabilities = [] }) =>
    Vulnerabilities.map(({ VulnerabilityID }) => VulnerabilityID),
  );
}

async function imageWithCore(lab: TestLab, layout: string, core: string): Promise<void> {
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
