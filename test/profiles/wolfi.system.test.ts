import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pinsDigest } from '../../activities/ingest/publish/pins-of-commit.ts';
import { PULL_BRANCHES } from '../../activities/ingest/publish/propose-pull.ts';
import { type Checkout, cloneBranch, type Remote } from '../../adapters/git/checkout.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { readProfile } from '../../adapters/profile/profile.ts';
import { PROFILE_FILE } from '../../adapters/profile/profile-path.ts';
import { missingPins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { OFFICIAL_TARBALLS } from '../../lab/sources/release-pins.ts';
import { type Ended, foundry, inDirectories } from '../client/foundry-in-process.ts';
import { startTestLab, type TestLab } from '../lab/running-lab.ts';

// The way of docs/profiles.md, "Point it at real Wolfi", from the first look to the first pins, with the files of this repository and
// other addresses in them.

const ROOT = new URL('../../', import.meta.url);

let lab: TestLab;
let folder: string;
let forge: Remote;

beforeAll(async () => {
  lab = await startTestLab();
  folder = await mkdtemp(join(tmpdir(), 'foundry-wolfi-'));
  const labProfile = await readFile(join(lab.directories.state, PROFILE_FILE), 'utf8');
  const wolfi = await readFile(new URL('profiles/wolfi.hcl', ROOT), 'utf8');
  await writeFile(join(folder, 'wolfi.hcl'), withAddressesOf(labProfile, wolfi));
  const token = await readFile(join(lab.directories.state, 'forge.token'));
  await writeFile(join(folder, 'forge.token'), token, { mode: 0o600 });
  await writeFile(join(folder, 'registry.json'), '{ "auths": {} }', { mode: 0o600 });
  forge = await forgeOf(await readProfile(join(folder, 'wolfi.hcl')));
});
afterAll(async () => {
  await lab.dispose();
  await rm(folder, { recursive: true });
});

/** A profile with the addresses of another, block by block; all else that it says stays, whom the builder signs for too. */
function withAddressesOf(other: string, text: string): string {
  const values = new Map(assignments(other).map(({ block, name, value }) => [`${block}.${name}`, value]));
  return assignments(text).reduce((changed, { block, name, line, value }) => {
    const there = name === 'builder' ? undefined : values.get(`${block}.${name}`);
    return there === undefined ? changed : changed.replace(line, line.replace(value, there));
  }, text);
}

interface Assignment {
  readonly block: string;
  readonly name: string;
  readonly line: string;
  readonly value: string;
}

function assignments(text: string): Assignment[] {
  let block = '';
  return text.split('\n').flatMap((line) => {
    block = /^(\w+) \{$/.exec(line)?.[1] ?? block;
    const [, name, value] = /^ {2}(\w+) *= (".*")$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ block, name, line, value }];
  });
}

/** The pins of this repository, with the lab's addresses and what the lab's publishers have instead of the real ones. */
async function ownPins(seeded: string): Promise<string> {
  const own = await readFile(new URL(VERSIONS_FILE, ROOT), 'utf8');
  const { core, provider, base, repository } = readVersions(seeded, VERSIONS_FILE);
  const real = readVersions(own, VERSIONS_FILE);
  const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');
  const [head = '', tail = ''] = own.split(/^(?=provider \{)/m);
  return [
    head
      .replace(real.core.version, core.version)
      .replace(real.core.released, core.released)
      .replace(real.core.sha256 ?? '', OFFICIAL_TARBALLS[core.version] ?? '')
      .replace(list(real.core.signers), list(core.signers))
      .replace(real.core.url, core.url)
      .replace(real.core.keys, core.keys),
    tail
      .replace(/^ {2}sha256 .*\n/m, '')
      .replace(list(real.provider.signers), list(provider.signers))
      .replace(real.provider.url, provider.url)
      .replace(real.provider.keys, provider.keys)
      .replace(real.base.image, base.image)
      .replace(real.base.signer.identity, base.signer.identity)
      .replace(real.base.signer.issuer, base.signer.issuer)
      .replaceAll(real.repository.url, repository.url),
  ].join('');
}

const ingest = (...argv: string[]): Promise<Ended> =>
  foundry([
    'ingest',
    '--profile',
    join(folder, 'wolfi.hcl'),
    ...argv,
    '--output',
    'json',
    ...inDirectories(lab.directories),
  ]);

/** What a branch holds now. */
async function branch(name = forge.branch): Promise<Checkout> {
  return await cloneBranch({ ...forge, branch: name }, await mkdtemp(join(folder, 'clone-')));
}

test('the first look plans, and writes nothing', async () => {
  const checkout = await branch();
  const pins = await ownPins((await checkout.read(VERSIONS_FILE)) ?? '');
  const commit = await checkout.commit({ [VERSIONS_FILE]: pins }, 'Begin with the pins of this repository');
  expect(missingPins(readVersions(pins, VERSIONS_FILE)).map(({ path }) => path.join('.'))).toEqual([
    'provider.sha256',
    'base.digest',
    'repository.key.sha256',
    ...['standard', 'distroless', 'development', 'build'].map((purpose) => `packages.${purpose}.versions`),
  ]);

  const { code, out, err } = await ingest('--dry-run');

  expect([code, /error\[.*/.exec(err)]).toEqual([0, null]);
  expect(JSON.parse(out)).toMatchObject({ kind: 'ingest', data: { isChanged: true, pullRequest: null } });
  expect(await (await branch()).head()).toBe(commit);
});

test('the first ingest opens a pull request that pins everything, and once it is merged there is nothing to do', async () => {
  const { code, out } = await ingest();
  const { data } = JSON.parse(out) as { data: { pullRequest: string; commit: string } };
  const from = pinsDigest({ versions: (await (await branch()).read(VERSIONS_FILE)) ?? '', lock: null });
  const proposed = await branch(`${PULL_BRANCHES}${from.slice(0, 12)}`);
  const versions = (await proposed.read(VERSIONS_FILE)) ?? '';
  const lock = (await proposed.read(LOCK_FILE)) ?? '';

  expect([code, data.pullRequest, data.commit]).toEqual([
    0,
    expect.stringMatching(/\/pull\/\d+$/),
    await proposed.head(),
  ]);
  expect(missingPins(readVersions(versions, VERSIONS_FILE))).toEqual([]);
  expect(await (await branch()).read(LOCK_FILE)).toBeUndefined();

  await (await branch()).commit({ [VERSIONS_FILE]: versions, [LOCK_FILE]: lock }, 'Merge the pins');
  const again = await ingest();
  expect([again.code, JSON.parse(again.out)]).toMatchObject([
    0,
    { data: { isChanged: false, pullRequest: null } },
  ]);
});
