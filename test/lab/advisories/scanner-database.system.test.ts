import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import type { Advisory } from '../../../lab/advisories/advisory.ts';
import { knownAdvisories } from '../../../lab/advisories/known-advisories.ts';
import { pushScannerDatabase } from '../../../lab/advisories/push-database.ts';
import { buildScannerDatabase } from '../../../lab/advisories/scanner-database.ts';
import { builtTool } from '../../adapters/registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../../adapters/registry/real-registry.ts';

const ADVISORIES: readonly Advisory[] = [
  {
    cve: 'CVE-2099-1007',
    title: 'Seven.',
    severity: 'High',
    summary: 'Made up.',
    fixedIn: '3.5.7',
    published: '2026-06-09',
  },
  {
    cve: 'CVE-2099-1008',
    title: 'Seven too.',
    severity: undefined,
    summary: 'Made up.',
    fixedIn: '3.5.7',
    published: '2026-06-09',
  },
  {
    cve: 'CVE-2099-1006',
    title: 'Six.',
    severity: 'Low',
    summary: 'Made up.',
    fixedIn: '3.5.6',
    published: '2026-04-07',
  },
];

const TrivyReport = z.object({
  Results: z
    .array(
      z.object({
        Class: z.string(),
        Vulnerabilities: z
          .array(z.object({ VulnerabilityID: z.string(), PkgName: z.string(), Severity: z.string() }))
          .optional(),
      }),
    )
    .optional(),
});

const SCAN_OPTIONS = [
  '--insecure',
  '--scanners=vuln',
  '--skip-java-db-update',
  '--skip-version-check',
  '--disable-telemetry',
  '--offline-scan',
  '--format=json',
  '--quiet',
];

let folder: string;
let registry: RealRegistry;
let trivyDb: string;
let trivy: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-scanner-'));
  [trivyDb, trivy] = [await builtTool('trivy-db'), await builtTool('trivy')];
  registry = await startRealRegistry(await builtTool('registry'), join(folder, 'registry'));
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function publishDatabase(repository: string, newestCore: string): Promise<string> {
  const layer = await buildScannerDatabase(knownAdvisories(ADVISORIES, { newestCore, unfixed: true }), {
    cacheDir: join(folder, 'databases'),
    tools: { path: () => trivyDb },
    updatedAt: new Date(),
    report: () => undefined,
  });
  await pushScannerDatabase(registry.client, repository, '2', layer);
  return `${registry.host}/${repository}:2`;
}

/** An image with nothing but Wolfi's os-release and an apk database. */
async function pushImage(
  packages: readonly { name: string; version: string; origin: string }[],
): Promise<string> {
  const installed = packages
    .map(({ name, version, origin }) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\nL:Apache-2.0\n`)
    .join('\n');
  const tar = pack();
  const whole = buffer(tar);
  tar.entry({ name: 'etc/os-release' }, 'ID=wolfi\nNAME="Wolfi"\nVERSION_ID="20230201"\n');
  tar.entry({ name: 'lib/apk/db/installed' }, `${installed}\n`);
  tar.finalize();
  const layer = await whole;
  const diffId = ociDigest(sha256(layer));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  const { client } = registry;
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: {
      mediaType: MEDIA_TYPES.config,
      digest: await client.putBlob('lab/image', config),
      size: config.byteLength,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: await client.putBlob('lab/image', layer),
        size: layer.byteLength,
      },
    ],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return `${registry.host}/lab/image@${await client.putManifest('lab/image', 'scanned', MEDIA_TYPES.manifest, bytes)}`;
}

async function scan(image: string, database: string): Promise<string[]> {
  const cache = await mkdtemp(join(folder, 'trivy-'));
  const { stdout } = await runTool({
    tool: 'trivy',
    file: trivy,
    args: ['image', '--cache-dir', cache, '--db-repository', database, ...SCAN_OPTIONS, image],
    env: { HOME: cache, XDG_CACHE_HOME: cache },
  });
  const results = TrivyReport.parse(JSON.parse(stdout)).Results ?? [];
  expect(results.map((result) => result.Class)).toContain('os-pkgs');
  return results.flatMap((result) =>
    (result.Vulnerabilities ?? []).map(
      (found) => `${found.PkgName} ${found.VulnerabilityID} ${found.Severity}`,
    ),
  );
}

test("trivy finds the CVEs of yesterday's core by its origin, and none in today's, nor in a 3.6 library", async () => {
  const database = await publishDatabase('lab/trivy-db', '3.5.7');
  const yesterday = await pushImage([{ name: 'libcrypto3', version: '3.5.6-r0', origin: 'openssl' }]);
  expect(await scan(yesterday, database)).toEqual([
    'libcrypto3 CVE-2099-1007 HIGH',
    'libcrypto3 CVE-2099-1008 UNKNOWN',
  ]);
  const today = await pushImage([
    { name: 'libcrypto3', version: '3.5.7-r0', origin: 'openssl' },
    { name: 'openssl-fips-provider', version: '3.1.2-r0', origin: 'openssl-fips-provider' },
  ]);
  expect(await scan(today, database)).toEqual([]);
  const upstream = await pushImage([{ name: 'libcrypto3', version: '3.6.3-r0', origin: 'openssl' }]);
  expect(await scan(upstream, database)).toEqual([]);
});

test('before the new release is out, its CVEs are not known', async () => {
  const database = await publishDatabase('lab/trivy-db-before', '3.5.6');
  const core = await pushImage([{ name: 'openssl', version: '3.5.6-r0', origin: 'openssl' }]);
  expect(await scan(core, database)).toEqual([]);
});

test('a provider package with the origin of the core would be taken for an old core', async () => {
  const database = await publishDatabase('lab/trivy-db', '3.5.7');
  const image = await pushImage([{ name: 'openssl-fips-provider', version: '3.1.2-r0', origin: 'openssl' }]);
  expect(await scan(image, database)).toHaveLength(3);
});

test('pushing the same database again is the same artifact', async () => {
  const updatedAt = new Date('2026-06-10T00:00:00Z');
  const options = {
    cacheDir: join(folder, 'again'),
    tools: { path: () => trivyDb },
    updatedAt,
    report: () => undefined,
  };
  const first = await buildScannerDatabase(ADVISORIES, options);
  const second = await buildScannerDatabase(ADVISORIES, options);
  expect(Buffer.compare(first, second)).toBe(0);
  const push = (layer: Uint8Array): Promise<string> =>
    pushScannerDatabase(registry.client, 'lab/again', '2', layer);
  expect(await push(first)).toBe(await push(second));
});
