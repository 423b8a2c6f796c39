import { describe, expect, inject, test } from 'vitest';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { tagOf } from '../../domain/pins/identity.ts';
import type { OciDigest } from '../../domain/digest.ts';
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

const remark = (text: string) => ({ 'images/openssl.cnf': (before: string) => `# ${text}\n${before}` });
const withApproval = {
  'versions.hcl': (before: string) =>
    before.replace(/^policy \{$/m, 'policy {\n  publish {\n    approval = true\n  }\n'),
};

describe('a release that a person must approve', () => {
  test('is published when it is approved, by name', async () => {
    const commit = await lab.commit('Ask a person', { ...withApproval, ...remark('To be approved.') });
    const before = await tags();
    const asked = await lab.foundry('release', '--commit', commit);
    expect([asked.code, asked.stderr]).toEqual([8, expect.stringContaining('foundry approve')]);
    expect(await tags()).toEqual(before);
    expect((await lab.foundry('approve', commit, '--reason', 'change 7')).code).toBe(0);
    const { code, answer } = await lab.release(commit);
    expect([code, answer.status.approval?.reason]).toEqual([0, 'change 7']);
    expect(await tags()).toEqual(tagsOf(answer.status));
    expect(await tags()).not.toEqual(before);
  });

  test('leaves tags and quarantine as they were when it is not', async () => {
    const commit = await lab.commit('Ask again', remark('Never approved.'));
    const before = await tags();
    expect((await lab.foundry('release', '--commit', commit)).code).toBe(8);
    const { status } = await shown(commit);
    expect(status?.images).toHaveLength(3);
    for (const image of status?.images ?? []) expect(await lab.isInRegistry(image)).toBe(true);
    expect((await lab.foundry('abort', commit, '--reason', 'not this one')).code).toBe(0);
    await untilShown(commit, ({ state }) => state === 'aborted');
    expect(await tags()).toEqual(before);
    for (const image of status?.images ?? []) expect(await lab.isInRegistry(image)).toBe(false);
    await lab.commit('Ask nobody', {
      'versions.hcl': (text) => text.replace(/ {2}publish \{\n {4}approval = true\n {2}\}\n/, ''),
    });
  });
});

test('a worker killed between promotion and the look as a consumer ends in one consistent state', async () => {
  const commit = await lab.commit('Remark before a kill', remark('Killed while it was published.'));
  const release = lab.release(commit, '--wait');
  await seenInLog('with 6 attestations', async () => undefined);
  process.kill(await pidOf('worker-build'), 'SIGKILL');
  process.kill(await pidOf('worker-sign'), 'SIGKILL');
  const { code, answer } = await release;
  expect(code).toBe(0);
  expect(await tags()).toEqual(tagsOf(answer.status));
  expect((await lab.foundry('verify', commit)).code).toBe(0);
});

test('a vulnerability of the core that became known stops the next release at its gate, and nothing is published', async () => {
  const before = await tags();
  expect((await lab.foundry('lab', 'advance', '--to', '3')).code).toBe(0);
  const commit = await lab.commit('Release in spite of the news', remark('A day too late.'));
  const { code, answer } = await lab.release(commit);
  expect(code).toBe(4);
  const { aborted, stages, images } = answer.status;
  expect(aborted).toMatchObject({ stage: 'gates', by: 'rule', problem: { code: 'verdict' } });
  expect(aborted?.problem.message).toContain('CVE-');
  const gates = stages.find(({ stage }) => stage === 'gates')?.parts ?? [];
  const failed = gates.filter(({ state }) => state === 'fail').map(({ name }) => name);
  expect(failed.toSorted()).toEqual(
    VARIANTS.map((variant) => `vulnerabilities: ${variant} (linux/amd64)`).toSorted(),
  );
  expect(images).toEqual([]);
  expect(await tags()).toEqual(before);
});
