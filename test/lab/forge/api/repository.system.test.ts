import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPushEvents } from '../../../../lab/forge/git/push-events.ts';
import { git, REPOSITORY, type RunningForge, startForge } from '../start-forge.ts';

describe('the repository through the API', () => {
  let forge: RunningForge;
  beforeAll(async () => {
    forge = await startForge();
  });
  afterAll(async () => await forge.stop());

  it('makes a commit from blobs and trees, which a clone then sees, and announces it like a push', async () => {
    const old = await forge.head();
    const before = await readPushEvents(forge.paths.repository);
    const { rest } = forge.octokit;
    const blob = await rest.git.createBlob({ ...REPOSITORY, content: 'aGk=', encoding: 'base64' });
    const tree = await rest.git.createTree({
      ...REPOSITORY,
      base_tree: old,
      tree: [
        { path: 'from/api.txt', mode: '100644', type: 'blob', sha: blob.data.sha },
        { path: 'README.md', mode: '100644', type: 'blob', sha: null },
      ],
    });
    const made = await rest.git.createCommit({
      ...REPOSITORY,
      message: 'Bump glibc',
      tree: tree.data.sha,
      parents: [old],
      author: { name: 'Bot', email: 'bot@lab.invalid', date: '2026-01-02T03:04:05Z' },
    });
    await rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: made.data.sha, force: false });
    const folder = await forge.clone('after-api');
    expect(await readFile(join(folder, 'from/api.txt'), 'utf8')).toBe('hi');
    await expect(readFile(join(folder, 'README.md'))).rejects.toThrow('ENOENT');
    expect((await git(folder, 'log', '-1', '--format=%an %aI %s')).stdout.trim()).toBe(
      'Bot 2026-01-02T03:04:05+00:00 Bump glibc',
    );
    const event = { ref: 'refs/heads/main', old, new: made.data.sha };
    expect(await readPushEvents(forge.paths.repository, before.at(-1)?.id)).toMatchObject([event]);
  });

  it('refuses to move a ref backwards or to what is not a commit', async () => {
    const sha = await forge.head();
    const { data } = await forge.octokit.rest.git.getCommit({ ...REPOSITORY, commit_sha: sha });
    const ref = { ...REPOSITORY, ref: 'heads/main' };
    for (const force of [false, true]) {
      const backwards = forge.octokit.rest.git.updateRef({ ...ref, sha: data.parents[0]?.sha ?? '', force });
      await expect(backwards).rejects.toMatchObject({ status: 422 });
    }
    const tree = forge.octokit.rest.git.updateRef({ ...ref, sha: data.tree.sha });
    await expect(tree).rejects.toMatchObject({ status: 422 });
    const option = forge.octokit.rest.git.updateRef({ ...ref, sha: '--stdin' });
    await expect(option).rejects.toMatchObject({ status: 422 });
    expect(await forge.head()).toBe(sha);
  });

  it('lets exactly one of two writers move a branch from the same commit', async () => {
    const parent = await forge.head();
    const { data: tip } = await forge.octokit.rest.git.getCommit({ ...REPOSITORY, commit_sha: parent });
    const commits = await Promise.all(
      ['one', 'two'].map(async (message) => {
        const commit = { ...REPOSITORY, message, tree: tip.tree.sha, parents: [parent] };
        return (await forge.octokit.rest.git.createCommit(commit)).data.sha;
      }),
    );
    const moves = await Promise.allSettled(
      commits.map(
        async (sha) => await forge.octokit.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha }),
      ),
    );
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('reads, creates and replaces files, and refuses to overwrite an unseen version', async () => {
    const file = { ...REPOSITORY, path: 'docs/note.txt' };
    const { rest } = forge.octokit;
    const created = await rest.repos.createOrUpdateFileContents({ ...file, message: 'm', content: 'b25l' });
    expect(created.status).toBe(201);
    const blind = rest.repos.createOrUpdateFileContents({ ...file, message: 'm', content: 'dHdv' });
    await expect(blind).rejects.toMatchObject({ status: 422 });
    const stale = rest.repos.createOrUpdateFileContents({
      ...file,
      message: 'm',
      content: 'dHdv',
      sha: 'a'.repeat(40),
    });
    await expect(stale).rejects.toMatchObject({ status: 409 });
    const sha = created.data.content?.sha ?? '';
    const updated = await rest.repos.createOrUpdateFileContents({
      ...file,
      message: 'm',
      content: 'dHdv',
      sha,
    });
    expect(updated.status).toBe(200);
    const read = await rest.repos.getContent(file);
    expect(read.data).toMatchObject({ type: 'file', content: 'dHdv', encoding: 'base64' });
    const root = await rest.repos.getContent({ ...REPOSITORY, path: '' });
    expect(root.data).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'docs', type: 'dir' })]),
    );
    const outside = forge.octokit.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...REPOSITORY,
      path: '../../tokens.json',
    });
    await expect(outside).rejects.toMatchObject({ status: 404 });
  });

  it('opens a pull request, and shows it closed once its base holds it', async () => {
    const parent = await forge.head();
    const { data: tip } = await forge.octokit.rest.git.getCommit({ ...REPOSITORY, commit_sha: parent });
    const commit = { ...REPOSITORY, message: 'Bump', tree: tip.tree.sha, parents: [parent] };
    const { data: made } = await forge.octokit.rest.git.createCommit(commit);
    await forge.octokit.rest.git.createRef({ ...REPOSITORY, ref: 'refs/heads/bump/glibc', sha: made.sha });
    const wanted = { ...REPOSITORY, title: 'Bump', head: 'bump/glibc', base: 'main' };
    const { data: pull } = await forge.octokit.rest.pulls.create(wanted);
    expect(pull).toMatchObject({ state: 'open', merged: false, commits: 1, head: { sha: made.sha } });
    await expect(forge.octokit.rest.pulls.create(wanted)).rejects.toMatchObject({ status: 422 });
    expect((await forge.octokit.rest.pulls.list(REPOSITORY)).data).toHaveLength(1);
    await forge.octokit.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: made.sha });
    const closed = await forge.octokit.rest.pulls.get({ ...REPOSITORY, pull_number: pull.number });
    expect(closed.data).toMatchObject({ state: 'closed', merged: true });
    expect((await forge.octokit.rest.pulls.list(REPOSITORY)).data).toHaveLength(0);
  });

  it('gave no answer that breaks the description of GitHub', () => {
    expect(forge.failures).toEqual([]);
  });
});
