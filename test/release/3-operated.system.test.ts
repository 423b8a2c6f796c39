import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { watching } from './watching.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));

const { shown, untilShown, pidOf, seenInLog } = watching(lab);

const remark = (text: string) => ({ 'images/openssl.cnf': (before: string) => `# ${text}\n${before}` });

describe('a release whose registry is gone', () => {
  const withoutRegistry = async <T>(use: () => Promise<T>): Promise<T> => {
    const path = join(lab.state, 'profile.hcl');
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.replace(/registry {3}= ".*"/, 'registry   = "127.0.0.1:1"'));
    try {
      return await use();
    } finally {
      await writeFile(path, before);
    }
  };

  const expectToWait = async (commit: string): Promise<void> => {
    const { code, stderr } = await lab.foundry('release', '--commit', commit);
    expect(stderr).toContain('FND_WAITING');
    expect(code).toBe(8);
    const { status } = await shown(commit);
    expect(status?.waiting).toMatchObject({ stage: 'construct', problem: { code: 'FND_UNREACHABLE' } });
  };

  test('waits for an operator, and goes on when told to retry', async () => {
    const commit = await lab.commit('Say more', { 'README.md': (before) => `${before}\nRetried.\n` });
    await withoutRegistry(() => expectToWait(commit));
    const retried = await lab.foundry('retry', commit, '--reason', 'the registry is back');
    expect(retried.code).toBe(0);
    const { code, answer } = await lab.release(commit);
    expect(code).toBe(0);
    expect(answer.status.stages.find(({ stage }) => stage === 'construct')).toMatchObject({ attempts: 2 });
    for (const image of answer.status.images) expect(await lab.isInRegistry(image)).toBe(true);
  });

  test('is aborted by an operator, whose reason is in the record; a retry after that is refused', async () => {
    const commit = await lab.commit('Say even more', { 'README.md': (before) => `${before}\nAborted.\n` });
    await withoutRegistry(() => expectToWait(commit));
    const aborted = await lab.foundry('abort', commit, '--reason', 'not this one');
    expect(aborted.code).toBe(0);
    await untilShown(commit, ({ state }) => state === 'aborted');
    expect((await shown(commit)).status?.aborted).toMatchObject({
      by: 'operator',
      problem: { message: expect.stringContaining('not this one') },
    });
    const retried = await lab.foundry('retry', commit);
    expect(retried.code).not.toBe(0);
    expect(retried.stderr).toContain('aborted');
  });
});

describe('a release whose worker is killed', () => {
  test('in construct and in the self-tests goes on, and a second call joined it', async () => {
    const commit = await lab.commit('Remark on the configuration', remark('A remark.'));
    const first = lab.release(commit, '--wait');
    await seenInLog('builds the configuration', async () => undefined);
    process.kill(await pidOf('worker-build'), 'SIGKILL');
    const second = lab.release(commit, '--wait');
    await untilShown(commit, ({ status }) => status?.stages[3]?.state === 'running');
    process.kill(await pidOf('worker-build'), 'SIGKILL');
    process.kill(await pidOf('worker-control'), 'SIGKILL');
    const [one, two] = await Promise.all([first, second]);
    expect([one.code, two.code, two.answer.how]).toEqual([0, 0, 'joined']);
    expect(one.answer.status).toEqual(two.answer.status);
    expect(one.answer.status.state).toBe('completed');
    expect(await readdir(join(lab.state, 'scratch', 'worker-build'))).toEqual([]);
  });

  test('by `foundry down` goes on with the next `foundry up`', async () => {
    const commit = await lab.commit('Remark once more', remark('Another remark.'));
    expect((await lab.foundry('release', '--detach', '--commit', commit)).code).toBe(0);
    await seenInLog('builds the configuration', async () => undefined);
    expect((await lab.foundry('down')).code).toBe(0);
    expect((await lab.foundry('lab')).code).toBe(0);
    const { code, answer } = await lab.release(commit, '--wait');
    expect([code, answer.how]).toEqual([0, 'joined']);
  });
});

test('the forge holds what was committed and nothing of ours', async () => {
  const head = await lab.head();
  const { code, stdout } = await lab.foundry('ingest', '--dry-run', '--output', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: { isChanged: false, commit: head } });
  expect(head).not.toBe(released.status.commit);
});
