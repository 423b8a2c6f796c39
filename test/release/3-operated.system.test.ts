import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { OciDigest } from '../../domain/digest.ts';
import { tagOf } from '../../domain/pins/identity.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { watching } from './watching.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));
const { shown, untilShown, pidOf, seenInLog } = watching(lab);

type Tags = Readonly<Record<string, OciDigest | null>>;

/** Where the tags of the release lead, for readers. */
async function tags(): Promise<Tags> {
  const registry = await lab.registry();
  const { published } = (await lab.profile()).images;
  const names = VARIANTS.map((variant) => tagOf(released.status.version, variant));
  const found = names.map(async (tag) => [tag, (await registry.resolveTag(published, tag)) ?? null] as const);
  return Object.fromEntries(await Promise.all(found));
}

function tagsOf(status: typeof released.status): Tags {
  return Object.fromEntries(status.images.map(({ tag, digest }) => [tag, digest]));
}

const POLICY = /^policy \{$/m;
const APPROVAL = '\n  publish {\n    approval = true\n  }\n';

/** A change that all images follow from, also in a lab that is kept and has seen these tests before. */
const remark = (text: string) => ({
  'images/openssl.cnf': (before: string) => `# ${text} ${new Date().toISOString()}\n${before}`,
});
/** A change that no image follows from. */
const mention = (text: string) => ({ 'README.md': (before: string) => `${before}\n${text}\n` });

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
    const commit = await lab.commit('Say more', mention('Retried.'));
    await withoutRegistry(() => expectToWait(commit));
    const retried = await lab.foundry('retry', commit, '--reason', 'the registry is back');
    expect(retried.code).toBe(0);
    const { code, answer } = await lab.release(commit);
    expect(code).toBe(0);
    expect(answer.status.stages.find(({ stage }) => stage === 'construct')).toMatchObject({ attempts: 2 });
    for (const image of answer.status.images) expect(await lab.isInRegistry(image)).toBe(true);
  });

  test('is aborted by an operator, whose reason is in the record; a retry after that is refused', async () => {
    const commit = await lab.commit('Say even more', mention('Aborted.'));
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

test('a release whose workers are killed in construct, self-tests and publish goes on, and a second call joined it', async () => {
  const commit = await lab.commit('Remark on the configuration', remark('A remark.'));
  const first = lab.release(commit, '--wait');
  await seenInLog('builds the configuration');
  process.kill(await pidOf('worker-build'), 'SIGKILL');
  const second = lab.release(commit, '--wait');
  await untilShown(commit, ({ status }) => status?.stages[3]?.state === 'running');
  process.kill(await pidOf('worker-build'), 'SIGKILL');
  process.kill(await pidOf('worker-control'), 'SIGKILL');
  // Promoted, and not yet read as a consumer would.
  await seenInLog('with 6 attestations');
  process.kill(await pidOf('worker-build'), 'SIGKILL');
  process.kill(await pidOf('worker-sign'), 'SIGKILL');
  const [one, two] = await Promise.all([first, second]);
  expect([one.code, two.code, two.answer.how]).toEqual([0, 0, 'joined']);
  expect(one.answer.status).toEqual(two.answer.status);
  expect(one.answer.status.state).toBe('completed');
  expect(await readdir(join(lab.state, 'scratch', 'worker-build'))).toEqual([]);
  expect(await tags()).toEqual(tagsOf(one.answer.status));
  expect((await lab.foundry('verify', commit)).code).toBe(0);
});

describe('a release that a person must approve', () => {
  test('goes on after `foundry down` and `foundry up`, and is published when it is approved, by name', async () => {
    const commit = await lab.commit('Ask a person', {
      ...remark('To be approved.'),
      'versions.hcl': (text) => text.replace(POLICY, `policy {${APPROVAL}`),
    });
    const before = await tags();
    expect((await lab.foundry('release', '--detach', '--commit', commit)).code).toBe(0);
    await seenInLog('builds the configuration');
    expect((await lab.foundry('down')).code).toBe(0);
    expect((await lab.foundry('lab')).code).toBe(0);
    const asked = await lab.foundry('release', '--commit', commit);
    expect([asked.code, asked.stderr]).toEqual([8, expect.stringContaining('foundry approve')]);
    expect(await tags()).toEqual(before);
    expect((await lab.foundry('approve', commit, '--reason', 'change 7')).code).toBe(0);
    const { code, answer } = await lab.release(commit);
    expect([code, answer.how, answer.status.approval?.reason]).toEqual([0, 'joined', 'change 7']);
    expect(await tags()).toEqual(tagsOf(answer.status));
    expect(await tags()).not.toEqual(before);
  });

  test('leaves tags and quarantine as they were when it is not', async () => {
    const commit = await lab.commit('Ask again', mention('Never approved.'));
    const before = await tags();
    expect((await lab.foundry('release', '--commit', commit)).code).toBe(8);
    const { status } = await shown(commit);
    expect(status?.images).toHaveLength(3);
    for (const image of status?.images ?? []) expect(await lab.isInRegistry(image)).toBe(true);
    expect((await lab.foundry('abort', commit, '--reason', 'not this one')).code).toBe(0);
    await untilShown(commit, ({ state }) => state === 'aborted');
    expect(await tags()).toEqual(before);
    for (const image of status?.images ?? []) expect(await lab.isInRegistry(image)).toBe(false);
    await lab.commit('Ask nobody', { 'versions.hcl': (text) => text.replace(APPROVAL, '') });
  });
});

test('the forge holds what was committed and nothing of ours', async () => {
  const head = await lab.head();
  const { code, stdout } = await lab.foundry('ingest', '--dry-run', '--output', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: { isChanged: false, commit: head } });
  expect(head).not.toBe(released.status.commit);
});
