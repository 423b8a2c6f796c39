import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Checkout, cloneBranch, cloneCommit } from '../../../adapters/git/checkout.ts';
import { type RunningForge, startForge } from '../../lab/forge/start-forge.ts';

let forge: RunningForge;

beforeAll(async () => {
  forge = await startForge();
});
afterAll(async () => await forge.stop());

async function clone(token?: string, url = forge.address): Promise<Checkout> {
  const folder = await mkdtemp(join(forge.world.stateDir, 'clone-'));
  return cloneBranch({ url, branch: 'main', ...(token === undefined ? {} : { token }) }, folder);
}

it('reads files of the newest commit, and pushes a commit of its own', async () => {
  const checkout = await clone(forge.writer);
  const commit = await checkout.commit({ 'pins.txt': 'one\n' }, 'Pin one\n\nBecause.');

  expect(await checkout.read('no-such')).toBeUndefined();
  expect(await forge.head()).toBe(commit);
  expect(await (await clone()).read('pins.txt')).toBe('one\n');
});

it('names the last commit that changed some paths, up to the one it brings', async () => {
  const checkout = await clone(forge.writer);
  const changed = await checkout.commit({ 'counts.txt': 'one\n' }, 'Change what counts');
  const other = await checkout.commit({ 'other.txt': 'one\n' }, 'Change something else');
  await checkout.commit({ 'counts.txt': 'two\n' }, 'Change it again');
  const folder = await mkdtemp(join(forge.world.stateDir, 'commit-'));
  const committed = await cloneCommit({ url: forge.address, branch: 'main' }, other, folder);
  const lastChange = (paths: string[]): Promise<object> => committed.lastChange(paths);

  expect(await lastChange(['counts.txt', 'none'])).toMatchObject({ commit: changed });
  expect(await lastChange(['other.txt', 'counts.txt'])).toMatchObject({ commit: other });
  await expect(lastChange(['none'])).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
});

it('says that the branch has moved', async () => {
  const [first, second] = [await clone(forge.writer), await clone(forge.writer)];
  await first.commit({ a: 'a' }, 'first');

  await expect(second.commit({ b: 'b' }, 'second')).rejects.toMatchObject({ code: 'FND_BUSY' });
});

it('names a repository that is not there or refuses, and never shows the token', async () => {
  await expect(clone(forge.writer, `${forge.address}.no`)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  const reader = await clone(forge.reader);
  const error: unknown = await reader.commit({ c: 'c' }, 'third').catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ code: 'FND_UNREACHABLE' });
  expect(String(error instanceof Error ? error.cause : error)).not.toContain(forge.reader);
  expect(await readdir(forge.world.stateDir)).not.toContain('.gitconfig');
});
