import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWatchActivities, type LookResult } from '../../../activities/watch/watch-activities.ts';
import { createTellActivities } from '../../../activities/watch/tell-activities.ts';
import type { Requirement } from '../../../activities/verify/requirement.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { cloneBranch } from '../../../adapters/git/checkout.ts';
import { openGithub } from '../../../adapters/github/open-github.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { hashFile } from '../../../adapters/toolchain/hash-files.ts';
import { openWatchRecord, type WatchRecordFile } from '../../../adapters/watch-record/watch-record.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import type { Advisory } from '../../../lab/advisories/advisory.ts';
import { cveRecords } from '../../../lab/advisories/cve-records.ts';
import { pushScannerDatabase } from '../../../lab/advisories/push-database.ts';
import { buildScannerDatabase } from '../../../lab/advisories/scanner-database.ts';
import { builtTool } from '../../adapters/registry/built-tool.ts';
import { REPOSITORY, type RunningForge, startForge } from '../../lab/forge/start-forge.ts';
import { samplePlan } from '../evidence/sbom/described-image.ts';
import { finishedImage, provenanceOf, putWith, signAll } from '../verify/released-image.ts';
import { type SigningStack, startSigningStack } from '../verify/signing-stack.ts';

/** The time of these tests: half a day after what their databases usually say. */
export const NOW = new Date('2026-06-10T12:00:00Z');
const MADE = new Date('2026-06-10T00:00:00Z');
const DATABASE = 'lab/trivy-db';

/** An image with all that a release signs about it. */
export interface SignedImage {
  readonly image: OciImage;
  readonly bundles: Readonly<Record<Requirement, BundleJson>>;
}

/** How a look differs from an ordinary one. */
export interface LookWish {
  readonly now?: Date;
  /** A program in Trivy's place. */
  readonly scanner?: string;
}

/** One repository of published images, and the record of those who watch it. */
export interface Place {
  readonly repository: string;
  readonly record: WatchRecordFile;
  /** Where the record is kept. */
  readonly path: string;
}

/** A registry, a forge, advisories and a scanner's database, and images with genuine evidence. */
export class WatchWorld {
  readonly folder: string;
  readonly stack: SigningStack;
  readonly forge: RunningForge;
  readonly standard: SignedImage;
  readonly distroless: SignedImage;
  readonly #tools: Readonly<Record<'trivy' | 'trivy-db', string>>;
  readonly #databases = new Map<string, Uint8Array>();
  #advisories = '[]';
  #places = 0;

  private constructor(
    folder: string,
    stack: SigningStack,
    forge: RunningForge,
    images: readonly [SignedImage, SignedImage],
    tools: Readonly<Record<'trivy' | 'trivy-db', string>>,
  ) {
    this.folder = folder;
    this.stack = stack;
    this.forge = forge;
    [this.standard, this.distroless] = images;
    this.#tools = tools;
  }

  static async start(): Promise<WatchWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-watch-'));
    const stack = await startSigningStack();
    const tools = { trivy: await builtTool('trivy'), 'trivy-db': await builtTool('trivy-db') };
    const [one, other] = [await finishedImage(), await finishedImage('another')];
    const distroless = JSON.parse(
      JSON.stringify(provenanceOf()).replaceAll('"standard"', '"distroless"'),
    ) as object;
    return new WatchWorld(
      folder,
      stack,
      await startForge(),
      [
        { image: one, bundles: await signAll(stack, one) },
        { image: other, bundles: await signAll(stack, other, { provenance: distroless }) },
      ],
      tools,
    );
  }

  async stop(): Promise<void> {
    await this.forge.stop();
    await this.stack.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Makes this the news: in OpenSSL's feed, and in the scanner's database. */
  async know(known: readonly Advisory[], updatedAt = MADE): Promise<void> {
    this.#advisories = JSON.stringify(cveRecords(known));
    const name = `${updatedAt.toISOString()} ${this.#advisories}`;
    const layer = this.#databases.get(name) ?? (await this.#database(known, updatedAt));
    this.#databases.set(name, layer);
    await pushScannerDatabase(this.stack.registry, DATABASE, '2', layer);
  }

  /** Commits a text as the branch's `versions.hcl`. */
  async pin(versions: string): Promise<void> {
    await withTemporaryDirectory(async (folder) => {
      const checkout = await cloneBranch(this.#remote(), folder);
      if ((await checkout.read('versions.hcl')) === versions) return;
      await checkout.commit({ 'versions.hcl': versions }, 'Pin something else');
    });
  }

  /** A repository with nothing in it, and no record of it. */
  place(): Place {
    this.#places += 1;
    const path = join(this.folder, `state-${this.#places}`, 'watch', 'record.json');
    return { repository: `published/place-${this.#places}`, record: openWatchRecord(path), path };
  }

  /** Publishes an image under a tag, with these bundles. */
  async publish(
    { repository }: Place,
    tag: string,
    { image, bundles }: SignedImage,
    attached: readonly BundleJson[] = Object.values(bundles),
  ): Promise<OciDigest> {
    const digest = await putWith(this.stack, repository, image, attached);
    const { mediaType } = image.index.descriptor;
    await this.stack.registry.putManifest(repository, tag, mediaType, image.index.bytes);
    return digest;
  }

  /** Looks at a place. */
  async look({ repository, record }: Place, { now = NOW, scanner }: LookWish = {}): Promise<LookResult> {
    const { registry, trust } = this.stack;
    const trivy = scanner ?? this.#tools.trivy;
    const { rescanPublished } = createWatchActivities({
      store: this.#store(),
      results: openDirectoryResults(join(this.folder, 'results')),
      record,
      tools: { path: () => trivy },
      toolDigest: () => hashFile(trivy),
      openRegistry: () => registry,
      download: ({ path }) => writeFile(path, this.#advisories),
      forge: this.#remote(),
      profile: {
        images: {
          registry: registry.host,
          quarantine: 'quarantine',
          published: repository,
          credentialsFile: undefined,
          vendor: 'x',
          notice: undefined,
        },
        scanners: {
          database: `${registry.host}/${DATABASE}:2`,
          opensslAdvisories: 'http://127.0.0.1/openssl/vulnerabilities.json',
        },
      },
      believed: { trust, builder: 'embedded', source: `git+${samplePlan().plan.source}` },
      cache: join(this.folder, 'cache'),
      report: () => undefined,
      now: () => now,
    });
    return await rescanPublished({});
  }

  /** Tells the forge of what a look found. */
  async tell({ record }: LookResult, token = this.forge.writer): Promise<string> {
    if (record === null) throw new Error('there is no record to tell of');
    const project = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
    const github = openGithub({ api: `${this.forge.origin}/api/v3`, project, token });
    return (await createTellActivities({ store: this.#store(), github }).tellOfExposures({ record })).said;
  }

  /** The issues of the forge, oldest first. */
  async issues(): Promise<{ title: string; state: string; body: string; labels: unknown[] }[]> {
    const { data } = await this.forge.octokit.rest.issues.listForRepo({ ...REPOSITORY, state: 'all' });
    return data
      .map(({ title, state, body, labels }) => ({ title, state, body: body ?? '', labels }))
      .toReversed();
  }

  async #database(known: readonly Advisory[], updatedAt: Date): Promise<Uint8Array> {
    return await buildScannerDatabase(known, {
      cacheDir: join(this.folder, 'databases'),
      tools: { path: () => this.#tools['trivy-db'] },
      updatedAt,
      report: () => undefined,
    });
  }

  #remote(): Parameters<typeof cloneBranch>[0] {
    return { url: this.forge.address, branch: 'main', token: this.forge.writer };
  }

  #store(): ReturnType<typeof openDirectoryStore> {
    return openDirectoryStore(join(this.folder, 'store'));
  }
}
