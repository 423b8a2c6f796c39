import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { verifyDetached } from '../../../adapters/pgp/detached-signature.ts';
import { makeSigningKey, type SigningKey } from '../../../adapters/pgp/signing-key.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { sha256 } from '../../../domain/digest.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { parseChanges } from '../../../lab/advisories/parse-changes.ts';
import { openDebianArchive } from '../../../lab/archive/debian-archive.ts';
import type { SourceArchive } from '../../../lab/sources/debian-releases.ts';
import {
  coreReleases,
  ensureSources,
  type SourceOptions,
  type Sources,
} from '../../../lab/sources/ensure-sources.ts';
import { LAB_RELEASE_KEY_NAME } from '../../../lab/world/publisher-keys.ts';

const cache = join(resolveDirectories(process.env).cache, 'lab');
const report = (): void => undefined;

let folder: string;
let labKey: SigningKey;
let sources: Sources;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-sources-'));
  labKey = await makeSigningKey(LAB_RELEASE_KEY_NAME, new Date());
  sources = await ensureSources(options('state'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function options(state: string, overrides: Partial<SourceOptions> = {}): SourceOptions {
  return {
    openArchive: () => openDebianArchive({ cacheDir: join(cache, 'archive'), report }),
    cacheDir: join(cache, 'sources'),
    labKey,
    stockDir: join(folder, state, 'stock'),
    report,
    ...overrides,
  };
}

function archiveThatGives(fetchSource: SourceArchive['fetchSource']): SourceArchive {
  return { sourceVersions: async () => ['3.5.9-1', '3.5.8-1'], fetchSource };
}

test('every release is there, with its digest, and a signature by the key it names', async () => {
  const keys = {
    'debian-source': await readFile(sources.officialKeys, 'utf8'),
    crate: await readFile(sources.labKey, 'utf8'),
  };
  for (const release of sources.releases) {
    const data = await readFile(release.tarball);
    expect([release.version, sha256(data), data.byteLength]).toEqual([
      release.version,
      release.sha256,
      release.size,
    ]);
    const verified = await verifyDetached({
      data,
      signature: await readFile(release.asc, 'utf8'),
      keys: keys[release.origin],
      expectedFingerprints: [release.signerFingerprint],
      at: new Date(),
    });
    expect(verified.keyExpired).toBe(release.signerKeyExpired);
  }
});

test('the provider source is there, and two cores of which the newer fixes CVEs', () => {
  expect(sources.releases.map(({ version }) => version)).toEqual(
    expect.arrayContaining(['3.1.2', '3.5.4', '3.5.5']),
  );
  const { yesterday, today } = coreReleases(sources);
  expect([yesterday.origin, today.origin]).toEqual(['debian-source', 'debian-source']);
  const fixed = parseChanges(sources.changes, today.version).filter(
    ({ fixedIn }) => fixedIn === today.version,
  );
  expect(fixed.length).toBeGreaterThan(0);
});

test('a warm run asks nobody and gives the same', async () => {
  const warm = await ensureSources(
    options('state', { openArchive: () => Promise.reject(new Error('asked')) }),
  );
  expect(warm).toEqual(sources);
});

test('the key that signs repacked tarballs says what it is', async () => {
  const { readKey } = await import('openpgp');
  const key = await readKey({ armoredKey: await readFile(sources.labKey, 'utf8') });
  expect(key.getUserIDs()).toEqual([LAB_RELEASE_KEY_NAME]);
  expect(LAB_RELEASE_KEY_NAME).toMatch(/lab.*not OpenSSL/);
});

test('the repacked tree of the provider configures: nothing was lost in packing', async () => {
  const release = sources.releases.find(({ version }) => version === '3.1.2');
  const tree = await unpack(release?.tarball ?? '', '3.1.2');
  const { stdout } = await runTool({
    tool: 'Configure',
    file: './Configure',
    args: ['enable-fips'],
    cwd: tree,
  });
  expect(stdout).toContain('OpenSSL has been successfully configured');
});

async function unpack(tarball: string, version: string): Promise<string> {
  await mkdir(join(folder, 'unpacked'), { recursive: true });
  await runTool({ tool: 'tar', file: 'tar', args: ['-xzf', tarball, '-C', join(folder, 'unpacked')] });
  return join(folder, 'unpacked', `openssl-${version}`);
}

describe('refuses', () => {
  test('an archive that lists releases and gives none, after telling which', async () => {
    const told: string[] = [];
    const archive = archiveThatGives(() =>
      Promise.reject(new FoundryError('FND_ARCHIVE_UNREACHABLE', '404')),
    );
    const taking = ensureSources(
      options('empty', { openArchive: () => Promise.resolve(archive), report: (line) => told.push(line) }),
    );
    await expect(taking).rejects.toMatchObject({
      code: 'FND_ARCHIVE_UNREACHABLE',
      message: expect.stringContaining(
        'needs two official OpenSSL releases of the 3.5 line; the Debian archive gives none',
      ),
    });
    expect(told).toEqual([
      'the archive lists openssl 3.5.8-1 but cannot give it; going on without',
      'the archive lists openssl 3.5.9-1 but cannot give it; going on without',
    ]);
  });

  test('a tarball that is not the known one', async () => {
    const given = await sourcePackage('3.5.8', 'not OpenSSL');
    const archive = archiveThatGives(() => Promise.resolve(given));
    const taking = ensureSources(options('bad', { openArchive: () => Promise.resolve(archive) }));
    await expect(taking).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('openssl-3.5.8.tar.gz'),
    });
  });

  test('a tarball without an upstream signature', async () => {
    const given = await sourcePackage('3.5.8', 'not OpenSSL');
    await rm(join(given, 'openssl_3.5.8.orig.tar.gz.asc'));
    const archive = archiveThatGives(() => Promise.resolve(given));
    const taking = ensureSources(options('unsigned', { openArchive: () => Promise.resolve(archive) }));
    await expect(taking).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
  });

  test('a record that is not ours', async () => {
    await mkdir(join(folder, 'odd', 'stock'), { recursive: true });
    await writeFile(join(folder, 'odd', 'stock', 'sources.json'), '{}');
    await expect(ensureSources(options('odd'))).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});

async function sourcePackage(version: string, content: string): Promise<string> {
  const path = await mkdtemp(join(folder, 'package-'));
  await writeFile(join(path, `openssl_${version}.orig.tar.gz`), content);
  await writeFile(join(path, `openssl_${version}.orig.tar.gz.asc`), 'a signature');
  return path;
}
