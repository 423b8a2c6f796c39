import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../../adapters/process/run-tool.ts';
import { ensureForge, resetForge } from '../../../lab/forge/forge.ts';
import { readPushEvents } from '../../../lab/forge/git/push-events.ts';
import { makeWorld } from '../server/make-world.ts';
import { commit, git, quiet, REPOSITORY, type RunningForge, SEED, startForge } from './start-forge.ts';

describe('git at the lab forge', () => {
  let forge: RunningForge;
  beforeAll(async () => {
    forge = await startForge();
  });
  afterAll(async () => await forge.stop());

  async function push(folder: string, token: string | undefined, ...args: string[]): Promise<ToolResult> {
    const header = token === undefined ? [] : ['-c', `http.extraHeader=Authorization: Bearer ${token}`];
    return await git(folder, ...header, 'push', ...args, forge.address, 'HEAD:main');
  }

  it('starts from the same commit on every machine', async () => {
    const again = await makeWorld();
    const other = await ensureForge({
      stateDir: again.stateDir,
      seedFiles: () => Promise.resolve(SEED),
      report: quiet,
    });
    const ids = await Promise.all(
      [forge.paths, other].map(async ({ repository }) => (await git(repository, 'rev-parse', 'main')).stdout),
    );
    expect(ids[0]).toBe(ids[1]);
    await again.remove();
  });

  it('is cloned without a token, with the modes of the seed', async () => {
    const folder = await forge.clone('plain');
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# lab\n');
    expect((await git(folder, 'ls-files', '--stage', 'bin/run')).stdout).toMatch(/^100755 /);
    expect((await git(folder, 'branch', '--show-current')).stdout.trim()).toBe('main');
  });

  it('takes a push from who may write, large and in chunks, and leaves one event for it', async () => {
    const folder = await forge.clone('pushing');
    const before = await readPushEvents(forge.paths.repository);
    const old = await forge.head();
    const pushed = await commit(folder, 'large.bin', randomBytes(3_000_000));
    expect(await push(folder, undefined)).toMatchObject({ exitCode: 128 });
    expect((await push(folder, forge.reader)).stderr).toContain('403');
    expect(await forge.head()).toBe(old);
    expect(await push(folder, forge.writer)).toMatchObject({ exitCode: 0 });
    expect(await forge.head()).toBe(pushed);
    const after = await readPushEvents(forge.paths.repository, before.at(-1)?.id);
    expect(after).toMatchObject([{ ref: 'refs/heads/main', old, new: pushed }]);
  });

  it('refuses a push that rewrites history or deletes a branch, and leaves no event', async () => {
    const folder = await forge.clone('rewriting');
    const before = await readPushEvents(forge.paths.repository);
    const old = await forge.head();
    await git(folder, 'commit', '--quiet', '--amend', '-m', 'Another story');
    expect((await push(folder, forge.writer, '--force')).stderr).toContain('non-fast-forward');
    const header = `http.extraHeader=Authorization: Bearer ${forge.writer}`;
    const deletion = await git(folder, '-c', header, 'push', forge.address, ':main');
    expect(deletion.stderr).toContain('deletion');
    expect(await forge.head()).toBe(old);
    expect(await readPushEvents(forge.paths.repository)).toEqual(before);
  });

  it('understands a compressed request', async () => {
    const body = gzipSync('0014command=ls-refs\n0000');
    const answer = await fetch(`${forge.address}/git-upload-pack`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
        'git-protocol': 'version=2',
      },
    });
    expect(await answer.text()).toContain('refs/heads/main');
  });

  it.each(['/git/foundry-lab/other.git/info/refs?service=git-upload-pack', '/git/../tokens.json', '/git/'])(
    'has nothing at %s',
    async (path) => {
      expect((await fetch(forge.origin + path)).status).toBe(404);
    },
  );

  it('goes back to its first commit on reset, and forgets everything but the tokens', async () => {
    await resetForge({
      stateDir: forge.world.stateDir,
      seedFiles: () => Promise.resolve(SEED),
      report: quiet,
    });
    const folder = await forge.clone('after-reset');
    expect((await git(folder, 'rev-list', '--count', 'HEAD')).stdout.trim()).toBe('1');
    expect(await readPushEvents(forge.paths.repository)).toEqual([]);
    expect((await forge.octokit.rest.issues.listForRepo({ ...REPOSITORY, state: 'all' })).data).toEqual([]);
  });
});
