import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { parseHcl } from '../../domain/hcl/parse.ts';
import { tagOf } from '../../domain/pins/identity.ts';
import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { LAB_UNFIXED_CVE } from '../../lab/advisories/advisory.ts';
import { keepCompiled } from './compiled.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { Unattended } from './unattended.ts';
import { watching } from './watching.ts';

const lab = new ReleasedLab(inject('state'));
const first = readAnswer(inject('released'));
const { untilShown, shown } = watching(lab);
const world = new Unattended(lab);

/** A core is compiled by both builders in this time, on a machine that does other things as well. */
const PATIENCE_MS = 2_400_000;
/** The one of day 4. */
const UNFIXED = LAB_UNFIXED_CVE;

/** The pins of a commit. */
async function pinsOf(commit: string): Promise<Versions> {
  return readVersions(await lab.read(commit, VERSIONS_FILE), VERSIONS_FILE);
}

/** The lines of `versions.hcl` that two commits do not share. */
async function linesChanged(before: string, after: string): Promise<{ gone: string[]; come: string[] }> {
  const [old, fresh] = [await lab.read(before, VERSIONS_FILE), await lab.read(after, VERSIONS_FILE)];
  expect(() => parseHcl(fresh, VERSIONS_FILE)).not.toThrow();
  const [a, b] = [old.split('\n'), fresh.split('\n')];
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) };
}

async function untilEnded(commit: string, options: { readonly patienceMs?: number } = {}): Promise<void> {
  const hasEnded = ({ state }: { readonly state: string }): boolean =>
    ['completed', 'aborted'].includes(state);
  await world.slowly(() => untilShown(commit, hasEnded, { ...options, intervalMs: 2000 }));
}

/** Waits until the release of a commit is published, and checks that every tag leads to it. */
async function expectPublished(commit: string): Promise<void> {
  await untilEnded(commit, { patienceMs: PATIENCE_MS });
  const { state, status } = await shown(commit);
  expect([state, status?.aborted]).toEqual(['completed', null]);
  const images = VARIANTS.map((variant) => status?.images.find((one) => one.variant === variant)?.digest);
  expect(await published(status?.version)).toEqual(images);
}

/** Where the tags of a version lead, the newest when none is named, in the order of the variants. */
async function published(version?: string): Promise<(string | undefined)[]> {
  const registry = await lab.registry();
  const { images } = await lab.profile();
  const wanted = version ?? (await pinsOf(await lab.head())).core.version;
  return await Promise.all(
    VARIANTS.map((variant) => registry.resolveTag(images.published, tagOf(wanted, variant))),
  );
}

describe('with the schedules on and no hand on it', { timeout: 3_600_000 }, () => {
  const commits: string[] = [];
  const newest = (): string => commits.at(-1) ?? '';

  beforeAll(async () => {
    await world.begin();
    commits.push((await world.log())[0]?.commit ?? '');
  });
  afterAll(async () => await world.end());

  test('on day 0 every open pin is written, and what follows is released', async () => {
    const { commit } = await world.untilCommits(2);
    commits.push(commit);
    expect((await pinsOf(commit)).core.version).toBe(first.status.version);
    await expectPublished(commit);
    expect((await world.untilWatched(({ images }) => images.current > 0)).watched).toMatchObject({
      exposure: 'zero',
    });
  });

  test('on day 1 a patched package leads to one commit and a release', async () => {
    await world.advance();
    const { commit, message } = await world.untilCommits(3);
    expect(message).toContain('ncurses');
    const { gone, come } = await linesChanged(newest(), commit);
    expect(
      [gone, come].map((lines) => lines.every((line) => /^\s*"?ncurses[a-z-]*"?\s*=/.test(line))),
    ).toEqual([true, true]);
    expect(come).not.toEqual([]);
    commits.push(commit);
    await expectPublished(commit);
  });

  test('on day 2 a new base image leads to one commit and a release', async () => {
    await world.advance();
    const { commit } = await world.untilCommits(4);
    const [before, after] = [await pinsOf(newest()), await pinsOf(commit)];
    expect(after.base.digest).not.toBe(before.base.digest);
    expect(after.core).toEqual(before.core);
    commits.push(commit);
    await expectPublished(commit);
  });

  test('on day 3 a core that fixes vulnerabilities leads to one commit that names them, and a release', async () => {
    await world.advance();
    const { commit, message } = await world.untilCommits(5);
    const [before, after] = [await pinsOf(newest()), await pinsOf(commit)];
    expect(after.core.version).not.toBe(before.core.version);
    expect(after.provider).toEqual(before.provider);
    expect(message).toContain(after.core.version);
    expect(message).toMatch(/CVE-\d{4}-\d{4,}/);
    commits.push(commit);
    await expectPublished(commit);
    await world.untilWatched(({ exposure }) => exposure === 'zero');
    await keepCompiled(lab.state);
  });

  test('on day 4 an exposure without a fix is shown, and leads to no commit', async () => {
    await world.advance();
    const { watched } = await world.untilWatched(({ exposure }) => exposure !== 'zero');
    expect(watched).toMatchObject({ exposure: 'exposed, no fix', exposures: [{ id: UNFIXED, fixes: [] }] });
    expect(await world.untilIngested()).toMatchObject({ bumps: [] });
    await world.untilCommits(5);
    expect((await lab.foundry('status')).stdout).toContain(UNFIXED);
  });

  test('and a release passes only after a person has stated why it does no harm', async () => {
    const commit = await lab.commit('Say something', { 'README.md': (text) => `${text}\nSomething.\n` });
    const before = await published();
    await untilEnded(commit);
    const { status } = await shown(commit);
    expect(status?.aborted).toMatchObject({ stage: 'gates', by: 'rule', problem: { code: 'verdict' } });
    expect(status?.aborted?.problem.message).toContain(UNFIXED);
    const gates = status?.stages.find(({ stage }) => stage === 'gates')?.parts ?? [];
    expect(
      gates
        .filter(({ state }) => state === 'fail')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(VARIANTS.map((variant) => `vulnerabilities: ${variant} (linux/amd64)`).toSorted());
    expect([status?.images, await published()]).toEqual([[], before]);
    commits.push(commit);
    const why = [
      '--justification',
      'vulnerable_code_not_in_execute_path',
      '--reason',
      'it listens on loopback',
    ];
    const until = ['--expires', '2099-12-31'];
    const stated = await lab.foundry('vex', 'add', UNFIXED, '--status', 'not_affected', ...why, ...until);
    expect([stated.code, stated.stderr]).toEqual([0, expect.any(String)]);
    commits.push((await world.untilCommits(7)).commit);
    await expectPublished(newest());
    for (const { attestations } of (await shown(newest())).status?.images ?? [])
      expect(attestations.map(({ predicateType }) => predicateType)).toContain(PREDICATE_TYPES.vex);
    const verified = await lab.foundry('verify', newest());
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining(`passed by it: ${UNFIXED}`),
    ]);
    expect((await world.untilWatched(({ exposure }) => exposure === 'zero')).watched).toMatchObject({
      stated: [expect.stringContaining(UNFIXED)],
    });
  });

  test.each([
    ['5, an index with a bad signature, changes nothing', 'refused', 'FND_SIGNATURE_REFUSED'],
    ['6, other bytes under the same version, changes nothing', 'refused', 'FND_DIGEST_MISMATCH'],
    ['7, an upstream that is down, changes nothing', 'unreachable', 'FND_UNREACHABLE'],
    ['8, answers that are cut short, change nothing', 'unreachable', 'FND_UNREACHABLE'],
  ] as const)('day %s, and ingest says why', async (_, outcome, code) => {
    await world.advance();
    const status = await world.untilIngested((one) => one.outcome === outcome);
    expect(status).toMatchObject({ problem: { code }, bumps: [] });
    // Where not even the upstreams could be asked, nobody had looked at the pins yet.
    expect([newest(), null]).toContain(status.commit);
    expect((await world.untilCommits(7)).commit).toBe(newest());
  });

  test('on day 9 it is well again by itself', async () => {
    await world.advance();
    const { outcome } = await world.untilIngested(({ problem }) => problem === null);
    expect(outcome).toMatch(/^(?:nothing-new|unchanged)$/);
  });

  test('at the end the log, the releases and the record of the watch are as they should be', async () => {
    expect((await world.log()).map(({ commit }) => commit)).toEqual(commits);
    const [, day0 = '', day1 = '', day2 = '', day3 = '', refused = '', stated = ''] = commits;
    const states = [day0, day1, day2, day3, refused, stated].map(
      async (commit) => (await shown(commit)).state,
    );
    expect(await Promise.all(states)).toEqual([
      'completed',
      'completed',
      'completed',
      'completed',
      'aborted',
      'completed',
    ]);
    const { images, problems } = await world.record();
    expect(problems).toEqual([]);
    const { version } = (await pinsOf(stated)).core;
    const current = images.filter((image) => image.version === version && image.tags.length > 0);
    expect(current.map(({ variant }) => variant).toSorted()).toEqual([...VARIANTS].toSorted());
    for (const { vulnerabilities } of current)
      expect(vulnerabilities).toMatchObject([{ id: UNFIXED, stated: expect.any(String), spans: [] }]);
    const exposed = images.filter((image) => image.version === version && image.tags.length === 0);
    expect(exposed).toHaveLength(VARIANTS.length);
    for (const { vulnerabilities } of exposed) {
      expect(vulnerabilities).toMatchObject([{ id: UNFIXED, fixedVersion: null, ending: 'unpublished' }]);
      expect(vulnerabilities[0]?.spans).toMatchObject([{ until: expect.any(String) }]);
    }
    const old = images.filter((image) => image.version === first.status.version && image.tags.length > 0);
    expect(old).toHaveLength(VARIANTS.length);
    for (const { vulnerabilities } of old)
      expect(vulnerabilities.filter(({ fixedVersion }) => fixedVersion !== null)).not.toEqual([]);
  });
});
