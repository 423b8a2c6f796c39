import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateActivities, type JudgedGate } from '../../../activities/gates/gate-activities.ts';
import type { GateDependencies } from '../../../activities/gates/gate-inputs.ts';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../../adapters/oci-layout/platforms.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { readBytes } from '../../../adapters/store/read-bytes.ts';
import { hashFile } from '../../../adapters/toolchain/hash-files.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import type { Gate } from '../../../domain/evidence/gate.ts';
import { GateResult } from '../../../domain/evidence/gate-result.ts';
import { renderLock } from '../../../domain/pins/lock.ts';
import { addVex, type GivenStatement } from '../../../domain/pins/record-vex.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import type { ReleasePlan } from '../../../domain/release/plan.ts';
import type { Advisory } from '../../../lab/advisories/advisory.ts';
import { cveRecords } from '../../../lab/advisories/cve-records.ts';
import { pushScannerDatabase } from '../../../lab/advisories/push-database.ts';
import { buildScannerDatabase } from '../../../lab/advisories/scanner-database.ts';
import { joinedImages, pushJoined } from '../../adapters/oci-layout/platform-images.ts';
import { imageWith, sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { builtTool } from '../../adapters/registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../../adapters/registry/real-registry.ts';
import { SAMPLE, sampleLock } from '../../domain/pins/sample-pins.ts';

/** The time of these tests: half a day after what their databases usually say. */
export const NOW = new Date('2026-06-10T12:00:00Z');
/** What the pins of these tests have statements on: one that is over at {@link NOW}, one that is not, and one that says that it does harm. */
export const EXPIRED = 'CVE-2026-10001';
export const STATED = 'CVE-2026-10002';
export const HARMFUL = 'CVE-2026-10003';
const MADE = new Date('2026-06-10T00:00:00Z');
const DATABASE = 'lab/trivy-db';
/** No byte is checked against it; a database of packages is not one without. */
const CHECKSUM = `Q1${'A'.repeat(27)}=`;
const MANIFESTS = ['namespace.yaml', 'standard/workload.yaml'];

/** What differs from a good image of the day before the newest core. */
export interface SampleWish {
  readonly core?: string;
  readonly packages?: readonly { readonly name: string; readonly version: string; readonly origin: string }[];
  readonly user?: string;
  readonly hasHealthcheck?: boolean;
}

/** What differs from an ordinary run of a gate. */
export interface RunWish extends SampleWish {
  /** Texts of manifests by path; undefined takes one out. */
  readonly manifests?: Readonly<Record<string, string | undefined>>;
  readonly sbom?: object;
  /** A CVE that the pins state of that it does no harm. */
  readonly stated?: string;
  /** An image for arm64 under the same index. */
  readonly arm64?: SampleWish;
  readonly platform?: Platform;
  readonly dependencies?: Partial<GateDependencies>;
  readonly order?: object;
  readonly now?: Date;
}

/** A gate's answer with its whole result read. */
export interface Judged extends JudgedGate {
  readonly details: GateResult;
}

/** A registry, a scanner database, advisories and stores to run gates in, with the real Trivy. */
export class GateWorld {
  readonly folder: string;
  readonly registry: RealRegistry;
  readonly store: ArtifactStore;
  /** What the address of OpenSSL's advisories answers. */
  advisories = '[]';
  private readonly tools: Readonly<Record<'trivy' | 'trivy-db', string>>;

  private constructor(folder: string, registry: RealRegistry, tools: GateWorld['tools']) {
    this.folder = folder;
    this.registry = registry;
    this.tools = tools;
    this.store = openDirectoryStore(join(folder, 'store'));
  }

  static async start(): Promise<GateWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-gates-'));
    const tools = { trivy: await builtTool('trivy'), 'trivy-db': await builtTool('trivy-db') };
    const registry = await startRealRegistry(await builtTool('registry'), join(folder, 'registry'));
    return new GateWorld(folder, registry, tools);
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Makes this the news: in OpenSSL's feed, and in the scanner's database, made at a time. */
  async publish(known: readonly Advisory[], updatedAt = MADE, inDatabase = known): Promise<void> {
    this.advisories = JSON.stringify(cveRecords(known));
    const layer = await buildScannerDatabase(inDatabase, {
      cacheDir: join(this.folder, 'databases'),
      tools: { path: () => this.tools['trivy-db'] },
      updatedAt,
      report: () => undefined,
    });
    await pushScannerDatabase(this.registry.client, DATABASE, '2', layer);
  }

  /** Runs a gate on a sample image in quarantine. */
  async run(gate: Gate, wish: RunWish = {}): Promise<Judged> {
    const { platform = 'linux/amd64' } = wish;
    const images = await samplesOf(wish);
    const image = images.find(({ config }) => platformName(config.content) === platform);
    if (image === undefined) throw new Error(`there is no image for ${platform}`);
    const repository = 'quarantine/sample/standard';
    const digest = await pushJoined(this.registry.client, repository, images);
    const { runGate } = createGateActivities({ ...this.dependencies(wish), ...wish.dependencies });
    const judged = await runGate({
      gate,
      plan: await this.planOf(wish),
      variant: 'standard',
      platform,
      image: await storeImage(this.store, image),
      place: { registry: this.registry.host, repository, digest },
      sbom: wish.sbom === undefined ? null : await this.put(JSON.stringify(wish.sbom)),
      ...wish.order,
    });
    const bytes = await readBytes(this.store, judged.result);
    return { ...judged, details: GateResult.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) };
  }

  /** A program in Trivy's place that writes this report, whatever it is asked. */
  async scannerThatSays(report: string): Promise<Partial<GateDependencies>> {
    const answer = Buffer.from(report).toString('base64');
    const path = join(this.folder, `fake-${Date.now()}`);
    await writeFile(path, `#!/bin/sh\necho '${answer}' | base64 -d > /scan/out/report.json\n`, {
      mode: 0o755,
    });
    return { tools: { path: () => path }, toolDigest: () => hashFile(path) };
  }

  /** A manifest of this checkout. */
  async manifest(path: string): Promise<string> {
    return await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
  }

  /** The registry, in which nobody may read an image any more. */
  onlyDatabases(): GateDependencies['openRegistry'] {
    const { client } = this.registry;
    return () => ({
      ...client,
      getManifest: (repository, reference) => {
        if (repository === DATABASE) return client.getManifest(repository, reference);
        throw new Error(`an image was read: ${repository}`);
      },
    });
  }

  private dependencies({ now = NOW }: RunWish): GateDependencies {
    const { host } = this.registry;
    return {
      store: this.store,
      results: openDirectoryResults(join(this.folder, 'results')),
      tools: { path: () => this.tools.trivy },
      toolDigest: () => hashFile(this.tools.trivy),
      openRegistry: () => this.registry.client,
      download: ({ path }) => writeFile(path, this.advisories),
      profile: {
        images: {
          registry: host,
          quarantine: 'quarantine',
          published: 'openssl-fips',
          credentialsFile: undefined,
          vendor: 'x',
          notice: undefined,
        },
        scanners: {
          database: `${host}/${DATABASE}:2`,
          opensslAdvisories: 'http://127.0.0.1/openssl/vulnerabilities.json',
        },
      },
      cache: join(this.folder, 'cache'),
      report: () => undefined,
      now: () => now,
    };
  }

  private async planOf({ core = '3.5.6', manifests = {}, stated }: RunWish): Promise<Artifact> {
    const pins = stated === undefined ? SAMPLE : addVex(SAMPLE, 'versions.hcl', harmless(stated), NOW);
    const texts: Record<string, string | undefined> = {
      'versions.hcl': pins
        .replace('version  = "3.5.7"', `version  = "${core}"`)
        .replace('"CVE-2026-0001"', `"${EXPIRED}"`)
        .replace('"CVE-2026-0002"', `"${STATED}"`)
        .replace('"CVE-2026-0003"', `"${HARMFUL}"`),
      'versions.lock.json': renderLock(sampleLock()),
    };
    for (const name of MANIFESTS) {
      const path = `deploy/kubernetes/${name}`;
      texts[path] = await this.manifest(path);
    }
    const files: ReleasePlan['files'] = {};
    for (const [path, text] of Object.entries({ ...texts, ...manifests }))
      if (text !== undefined) files[path] = await this.put(text);
    const plan: ReleasePlan = {
      schemaVersion: 1,
      version: core,
      commit: '1'.repeat(40),
      revision: '1'.repeat(40),
      source: 'https://example.com/project.git',
      epoch: 1,
      files,
    };
    return await this.put(JSON.stringify(plan));
  }

  private async put(text: string): Promise<Artifact> {
    return await this.store.put(Buffer.from(text), 'application/json');
  }
}

function harmless(cve: string): GivenStatement {
  const expires = '2026-06-10';
  return { cve, status: 'fixed', owner: 'b@example.com', reason: 'our patch is in it', expires };
}

/** The packages of a good image with a core of a version. */
export function packagesWith(core: string): NonNullable<SampleWish['packages']> {
  return [
    ...['libcrypto3', 'libssl3', 'openssl'].map((name) => ({
      name,
      version: `${core}-r0`,
      origin: 'openssl',
    })),
    { name: 'openssl-fips-provider', version: '3.1.2-r0', origin: 'openssl-fips-provider' },
    { name: 'zlib', version: '1.3.1-r0', origin: 'zlib' },
  ];
}

async function samplesOf({ arm64, ...wish }: RunWish): Promise<readonly OciImage[]> {
  const image = await sampleOf(wish);
  if (arm64 === undefined) return [image];
  return joinedImages(image, imageWith(await sampleOf(arm64), { document: { architecture: 'arm64' } }));
}

async function sampleOf(wish: SampleWish): Promise<OciImage> {
  const { core = '3.5.6', packages = packagesWith(core), user = '65532', hasHealthcheck = true } = wish;
  const installed = packages
    .map(
      ({ name, version, origin }) =>
        `C:${CHECKSUM}\nP:${name}\nV:${version}\nA:x86_64\no:${origin}\nL:Apache-2.0\n`,
    )
    .join('\n');
  const image = sampleImage([
    await sampleLayer({
      'etc/os-release': 'ID=wolfi\nNAME="Wolfi"\nVERSION_ID="20230201"\n',
      'usr/lib/apk/db/installed': `${installed}\n`,
    }),
  ]);
  const healthcheck = { Test: ['CMD', '/usr/bin/fips-healthcheck'] };
  return imageWith(image, {
    config: { User: user, ...(hasHealthcheck ? { Healthcheck: healthcheck } : {}) },
    document: {
      history: [
        ...image.config.content.history,
        ...(hasHealthcheck
          ? [
              {
                created: '2026-04-07T00:00:00Z',
                created_by: 'HEALTHCHECK CMD ["/usr/bin/fips-healthcheck"]',
                empty_layer: true,
              },
            ]
          : []),
      ],
    },
  });
}
