import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IngestCheck, IngestRun } from '../../../activities/ingest/ingest-context.ts';
import { openSupply } from '../../../activities/ingest/supply.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import { type ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { sha256 } from '../../../domain/digest.ts';

/** A run of ingest over an upstream that is a map from address to bytes. */
export interface FakeRun {
  readonly run: IngestRun;
  readonly web: Map<string, Uint8Array | string>;
  readonly checks: IngestCheck[];
  readonly store: ArtifactStore;
  readonly folder: string;
  remove(): Promise<void>;
}

/** The moment of every check in these tests. */
export const NOW = new Date('2026-06-01T12:00:00Z');

/** Makes a {@link FakeRun}; what is not said to be different passes. */
export async function fakeRun(differences: Partial<IngestRun> = {}): Promise<FakeRun> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-ingest-unit-'));
  const web = new Map<string, Uint8Array | string>();
  const checks: IngestCheck[] = [];
  const store = openDirectoryStore(join(folder, 'store'));
  const report = (): void => undefined;
  const run: IngestRun = {
    store,
    trustedRoot: {},
    openRegistry: (host) => createRegistry({ host }),
    async download({ url, path }) {
      const bytes = web.get(url);
      if (bytes === undefined) throw new FoundryError('FND_UNREACHABLE', `${url}: status 404`);
      await writeFile(path, bytes);
    },
    measureFipsSources: () => Promise.resolve(sha256('fips sources')),
    now: () => NOW,
    upstream: {
      coreReleases: 'https://api.example.com/releases',
      advisories: 'https://advisories.example.com/vulnerabilities.json',
      database: 'registry.example.com/trivy-db:2',
    },
    report,
    supply: openSupply({ folder, store, report }),
    passed: (step, detail) => checks.push({ step, verdict: 'pass', detail }),
    ...differences,
  };
  return { run, web, checks, store, folder, remove: () => rm(folder, { recursive: true }) };
}

/** A registry of which only these answers are used. */
export function fakeRegistry(answers: Partial<Registry>): Registry {
  return { ...createRegistry({ host: 'registry.example.com' }), ...answers };
}

/** The same bytes with one bit changed, in the middle. */
export function flipped(bytes: Uint8Array, at = Math.floor(bytes.length / 2)): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
