import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveClosure } from '../../../activities/ingest/closure/resolve-closure.ts';
import { createIngestStage } from '../../../activities/ingest/ingest-stage.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { openIndex } from '../../../adapters/apk/index-file.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { sha256 } from '../../../domain/digest.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';
import { type Lock, readLock, renderLock } from '../../../domain/pins/lock.ts';
import { missingPins } from '../../../domain/pins/open-pins.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import {
  activitiesOf,
  apkoClosure,
  dependenciesOf,
  ingest,
  type IngestLab,
  pinsOf,
  planOf,
  startIngestLab,
  stopIngestLab,
  storeOf,
} from './ingest-lab.ts';

let here: IngestLab;

beforeAll(async () => {
  here = await startIngestLab();
});
afterAll(async () => await stopIngestLab(here));

describe('on day 0', () => {
  it('a dry run resolves and verifies everything, and writes nothing', async () => {
    const before = await pinsOf(here);
    const outcome = await ingest(here, { isDryRun: true });

    expect(outcome).toMatchObject({ isChanged: true, isDryRun: true, commit: before.commit });
    expect(await pinsOf(here)).toEqual(before);
    expect(await storeOf(here).list()).toEqual([]);
  });

  it('fills every pin, locks every byte, brings them into the store, and commits', async () => {
    const before = await pinsOf(here);
    const outcome = await ingest(here);
    const { versions, lock, commit } = await pinsOf(here);

    expect(outcome).toMatchObject({ isChanged: true, commit });
    expect(commit).not.toBe(before.commit);
    expect(missingPins(readVersions(versions, 'versions.hcl'))).toEqual([]);
    const steps = outcome.plan.verified.map((line) => line.split(':')[0]);
    expect(steps.join(' ')).toMatch(
      /^base-image repository-key package-index packages sources sources fips-source all of it at/,
    );
    expect(new Set(outcome.plan.bumps.map(({ reason }) => reason))).toEqual(new Set(['open-pin']));
    expect(outcome.plan.rebuilds).toEqual(['provider', 'core', 'standard', 'distroless', 'development']);
    const files = locked(lock).files;
    expect((await storeOf(here).list()).map(({ digest }) => digest)).toEqual(
      [...new Set(files.map(({ sha256 }) => sha256))].toSorted(),
    );
  });

  it('takes no OpenSSL of the repository and no package manager into an image, and leaves the build its own', async () => {
    const { packages } = readVersions((await pinsOf(here)).versions, 'versions.hcl');

    for (const image of ['standard', 'distroless', 'development'] as const) {
      expect(Object.keys(packages[image]?.versions ?? {})).not.toContain('libcrypto3');
    }
    const standard = Object.keys(packages.standard?.versions ?? {});
    expect(standard).toEqual(expect.arrayContaining(['bash', 'busybox', 'glibc']));
    expect(standard.filter((name) => name === 'apk-tools' || name === 'wolfi-base')).toEqual([]);
    expect(Object.keys(packages.distroless?.versions ?? {})).not.toContain('bash');
  });

  it('changes nothing when it is run again', async () => {
    const before = await pinsOf(here);
    const outcome = await ingest(here);

    expect(outcome).toMatchObject({ isChanged: false, commit: before.commit, plan: { bumps: [] } });
    expect(await pinsOf(here)).toEqual(before);
  });

  it.each([
    ['identity', 'https://github.com/foundry-lab/others/.github/workflows/release.yaml@refs/heads/main'],
    ['issuer', 'https://token.actions.githubusercontent.com'],
  ])('refuses a base image whose signature is by another %s than the pinned one', async (reason, value) => {
    const { versions } = await pinsOf(here);
    const path = ['base', 'signer', reason];

    await expect(
      resolve(patchHcl(versions, [{ op: 'replace', path, value }], 'versions.hcl')),
    ).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED', reason });
  });

  it('resolves the same packages as apko', async () => {
    const { url } = here.lab.now();
    const index = await fetch(`${url}/os/x86_64/APKINDEX.tar.gz`);
    const { records } = await openIndex(new Uint8Array(await index.arrayBuffer()), 'the index');
    const base = ['apk-tools', 'busybox', 'ca-certificates-bundle', 'glibc', 'wolfi-baselayout'];
    const build = ['bash', 'binutils', 'build-base', 'gcc', 'glibc-dev', 'linux-headers', 'make', 'perl'];

    for (const roots of [
      ['glibc', 'wolfi-baselayout'],
      [...base, 'bash'],
      build,
      ['coreutils', 'cmd:wget'],
    ]) {
      const ours = resolveClosure({ records, roots }).map(({ name, version }) => `${name} ${version}`);
      expect(ours).toEqual(await apkoClosure(here, roots));
    }
  });
});

describe('a release from these pins', () => {
  it('brings every locked byte into a fresh store, and needs no upstream when the store has them', async () => {
    const { versions, lock } = await pinsOf(here);
    const fresh = openDirectoryStore(join(here.folder, 'fresh'));

    const first = await (await activitiesOf(here, fresh)).ingestPinned({ versions, lock });
    const offline = await activitiesOf(here, fresh, { isOffline: true });
    const second = await offline.ingestPinned({ versions, lock });

    expect(first.artifacts).toBe(locked(lock).files.length);
    expect(second).toEqual(first);
  });

  it('takes what was verified of equal pins on the same day, unless a byte in the store changed or all is to be done anew', async () => {
    const store = storeOf(here);
    const pins = await pinsOf(here);
    const order = { plan: await planOf(store, pins), isRebuild: false };
    const reports: string[] = [];
    const dependencies = await dependenciesOf(here, store);
    const stage = createIngestStage({
      ...dependencies,
      results: openDirectoryResults(join(here.folder, 'results')),
      report: (line) => reports.push(line),
    });
    const verified = async (isRebuild: boolean): Promise<boolean> => {
      reports.length = 0;
      expect((await stage.ingest({ ...order, isRebuild })).verdict).toBe('pass');
      return reports.some((line) => line.startsWith('packages: '));
    };

    expect(await verified(false)).toBe(true);
    expect(await verified(false)).toBe(false);
    expect(await verified(true)).toBe(true);
    const digest = locked(pins.lock).files.find(({ kind }) => kind === 'source')?.sha256 ?? '';
    const path = join(here.lab.directories.state, 'store', 'sha256', digest.slice(0, 2), digest);
    await chmod(path, 0o644);
    await writeFile(path, 'damaged');
    expect(await verified(false)).toBe(true);
    expect(sha256(await readFile(path))).toBe(digest);
  });

  it('refuses a lock with other bytes for a package, and a store without anything stays so', async () => {
    const { versions, lock } = await pinsOf(here);
    const other = changeLock(lock, (files) =>
      files.map((file) =>
        file.kind === 'package' && file.name === 'bash'
          ? { ...file, sha256: files[0]?.sha256 ?? file.sha256 }
          : file,
      ),
    );
    const empty = openDirectoryStore(join(here.folder, 'empty'));

    await expect(
      (await activitiesOf(here, empty)).ingestPinned({ versions, lock: other }),
    ).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
    expect(await empty.list()).toEqual([]);
  });

  it('refuses a lock that names a file nothing leads to, and one that lacks a layer', async () => {
    const { versions, lock } = await pinsOf(here);
    const run = async (text: string): Promise<unknown> =>
      (await activitiesOf(here, storeOf(here))).ingestPinned({ versions, lock: text });
    const surplus = changeLock(lock, (files) =>
      files.flatMap((file) =>
        file.kind === 'image-config' ? [file, { ...file, url: `${file.url}0` }] : [file],
      ),
    );
    const lacking = changeLock(lock, (files) => files.filter(({ kind }) => kind !== 'image-layer'));

    await expect(run(surplus)).rejects.toMatchObject({ code: 'FND_STALE_LOCK' });
    await expect(run(lacking)).rejects.toMatchObject({
      code: 'FND_STALE_LOCK',
      message: expect.stringContaining('the lock does not name') as string,
    });
  });
});

async function resolve(versions: string): Promise<unknown> {
  const activities = await activitiesOf(here, storeOf(here));
  return activities.resolvePins({ versions, lock: null, isDryRun: false });
}

function locked(text: string): Lock {
  return readLock(text, 'versions.lock.json');
}

function changeLock(text: string, change: (files: Lock['files']) => Lock['files']): string {
  const lock = locked(text);
  return renderLock({ ...lock, files: change(lock.files) });
}
