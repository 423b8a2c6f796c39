import { expect, inject, test } from 'vitest';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { newestRecordTag, recordTag, tagOf } from '../../domain/pins/identity.ts';
import type { OciDigest } from '../../domain/digest.ts';
import type { ReleaseStatus } from '../../domain/release/status.ts';
import { ReleasedLab } from './foundry.ts';

// What comes before this left several releases of a version: the newest of one is withdrawn, and an earlier one takes its place.

const lab = new ReleasedLab(inject('state'));

interface Listed {
  readonly version: string;
  readonly commit: string;
  readonly state: string;
  readonly withdrawals: readonly { readonly reason: string }[];
}

async function data<T>(...args: string[]): Promise<T> {
  const { stdout } = await lab.foundry(...args, '--output', 'json');
  return (JSON.parse(stdout) as { data: T }).data;
}

/** Releases that completed, newest first. */
async function completed(): Promise<Listed[]> {
  const { releases } = await data<{ releases: Listed[] }>('list', '--limit', '100');
  return releases.filter(({ state }) => state === 'completed');
}

async function leadsTo(tag: string): Promise<OciDigest | undefined> {
  const { published } = (await lab.profile()).images;
  return await (await lab.registry()).resolveTag(published, tag);
}

test('a release that is withdrawn is refused by name, and its tags lead to the last good one', async () => {
  const byVersion = Map.groupBy(await completed(), ({ version }) => version);
  const [withdrawn] = [...byVersion.values()].find((those) => those.length > 1) ?? [];
  if (withdrawn === undefined) throw new Error('no version was released twice');
  const { version } = withdrawn;
  const { status } = await data<{ status: ReleaseStatus }>('show', withdrawn.commit);
  const [image] = status.images;
  if (image === undefined) throw new Error('it has no images');
  expect((await lab.foundry('verify', withdrawn.commit)).code).toBe(0);

  const first = await lab.foundry(
    'withdraw',
    withdrawn.commit,
    '--reason',
    'a test of it',
    '--output',
    'json',
  );
  expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
  const { data: said } = JSON.parse(first.stdout) as {
    data: { replacement: string | null; images: object[]; tags: { tag: string; digest: OciDigest | null }[] };
  };
  expect(said.images).toHaveLength(VARIANTS.length);

  const refused = await lab.foundry('verify', `${image.registry}/${image.repository}@${image.digest}`);
  expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('FND_WITHDRAWN')]);
  expect((await lab.foundry('verify', withdrawn.commit)).stderr).toContain('FND_WITHDRAWN');

  for (const { tag, digest } of said.tags) expect(await leadsTo(tag)).toBe(digest ?? undefined);
  expect(said.tags.map(({ tag }) => tag).toSorted()).toEqual(
    [...VARIANTS.map((variant) => tagOf(version, variant)), newestRecordTag(version)].toSorted(),
  );
  // An earlier release that has other images is there, by the tests before this one.
  expect(said.replacement).not.toBeNull();
  const instead = { version, commit: said.replacement ?? '' };
  expect(await leadsTo(newestRecordTag(version))).toBe(await leadsTo(recordTag(instead)));
  expect((await lab.foundry('verify', `${image.registry}/${image.repository}:${version}`)).code).toBe(0);
  expect(await leadsTo(recordTag({ version, commit: withdrawn.commit }))).toBeDefined();

  const again = await lab.foundry('withdraw', withdrawn.commit, '--reason', 'another', '--output', 'json');
  expect(JSON.parse(again.stdout)).toMatchObject({ data: { how: 'found', reason: 'a test of it' } });
  const listed = (await completed()).find(({ commit }) => commit === withdrawn.commit);
  expect(listed?.withdrawals).toMatchObject([{ reason: 'a test of it' }]);
  for (const verb of [['show', withdrawn.commit], ['status']])
    expect((await lab.foundry(...verb)).stdout).toContain('a test of it');
});
