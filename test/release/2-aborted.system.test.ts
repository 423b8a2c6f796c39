import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ifThere } from '../../adapters/files/if-there.ts';
import { LOCK_FILE } from '../../domain/pins/pin-files.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));

type Changes = Parameters<ReleasedLab['commit']>[1];
type Outcome = Awaited<ReturnType<ReleasedLab['release']>>;

const CONFIG = 'images/config.melange.yaml';

/** Adds lines to the first script of the configuration's recipe. */
const addToRecipe =
  (...lines: string[]) =>
  (before: string): string =>
    before.replace(
      /( +)umask 022\n/,
      (found, indent: string) => `${found}${lines.map((line) => `${indent}${line}\n`).join('')}`,
    );

/** Puts a line of the recipe in place of another. */
const swap =
  (line: string, other: string) =>
  (before: string): string =>
    before.replace(line, other);

/** Releases a commit that makes these changes, and takes the commit back. */
function releaseWith(what: string, changes: Changes): Promise<Outcome> {
  return lab.withCommit(what, changes, (commit) => lab.release(commit));
}

/** What has to hold after every abort: nothing half-written, nothing of it in quarantine, and the first release whole. */
async function expectNothingLeft({ answer }: Outcome): Promise<void> {
  expect(answer.status.images).toEqual([]);
  expect(answer.status.aborted?.compensations.filter(({ state }) => state !== 'done')).toEqual([]);
  expect((await ifThere(readdir(join(lab.state, 'store', 'incoming')))) ?? []).toEqual([]);
  const registry = await lab.registry();
  for (const { repository, tag, digest } of released.status.images) {
    expect(await registry.resolveTag(repository, tag ?? '')).toBe(digest);
  }
}

describe('the build aborts', () => {
  test('by a known-answer test that fails while the module is installed', async () => {
    const outcome = await releaseWith('Corrupt a known answer', {
      [CONFIG]: swap(
        'fipsinstall -pedantic',
        'fipsinstall -corrupt_desc SHA2 -corrupt_type KAT_Digest -pedantic',
      ),
    });
    expect(outcome.code).toBe(4);
    expect(outcome.answer.status.aborted).toMatchObject({
      stage: 'construct',
      by: 'rule',
      problem: { code: 'FND_SELF_TEST_FAILED', message: expect.stringContaining('SHA2 : (KAT_Digest)') },
      compensations: [{ what: 'commit status: failure', state: 'done' }],
    });
    await expectNothingLeft(outcome);
  });

  test('by a module with one flipped byte, in the self-tests, and empties its quarantine', async () => {
    const outcome = await releaseWith('Take the MAC of a module with one byte flipped', {
      [CONFIG]: (before) =>
        swap(
          '-module /usr/lib/ossl-modules/fips.so',
          '-module flipped/fips.so',
        )(
          addToRecipe(
            'mkdir flipped',
            'cp /usr/lib/ossl-modules/fips.so flipped/fips.so',
            String.raw`size=$(wc -c < flipped/fips.so)`,
            String.raw`printf '\377' | dd of=flipped/fips.so bs=1 seek=$((size - 9)) conv=notrunc`,
          )(before),
        ),
    });
    expect(outcome.code).toBe(4);
    const { aborted } = outcome.answer.status;
    expect(aborted).toMatchObject({ stage: 'self-test', by: 'rule', problem: { code: 'verdict' } });
    const undone = aborted?.compensations.map(({ what }) => what) ?? [];
    expect(undone.filter((what) => what.endsWith('taken out of quarantine'))).toHaveLength(3);
    expect(undone.at(-1)).toBe('commit status: failure');
    await expectNothingLeft(outcome);
  });

  test('by two builders that do not make the same bytes, and says which file', async () => {
    const outcome = await releaseWith('Write down the machine', {
      [CONFIG]: addToRecipe(
        'mkdir -p "${{targets.destdir}}/usr/share"',
        'uname -n > "${{targets.destdir}}/usr/share/built"',
      ),
    });
    expect(outcome.code).toBe(4);
    expect(outcome.answer.status.aborted?.problem).toMatchObject({
      check: 'CONSTRUCT-EQUAL',
      message: expect.stringContaining('openssl-fips-config: usr/share/built: content'),
    });
    await expectNothingLeft(outcome);
  });

  test('by a recipe that says it fetches something, before anything is ingested', async () => {
    const outcome = await releaseWith('Fetch something', {
      [CONFIG]: addToRecipe('curl --output page https://example.com/'),
    });
    expect(outcome.code).toBe(4);
    expect(outcome.answer.status.aborted).toMatchObject({ stage: 'audit', problem: { code: 'verdict' } });
    expect(outcome.answer.status.stages[1]).toMatchObject({ stage: 'ingest', state: 'pending' });
    await expectNothingLeft(outcome);
  });

  test('by a recipe that reaches for the network where no audit sees it', async () => {
    // The lab listens there: outside the sandbox, this very line connects.
    const { port } = new URL((await lab.profile()).forge.repository);
    const outcome = await releaseWith('Reach for the network', {
      [CONFIG]: addToRecipe(`kind=tcp; bash -c "exec 3<>/dev/$kind/127.0.0.1/${port}"`),
    });
    expect(outcome.code).toBe(5);
    expect(outcome.answer.status.aborted).toMatchObject({
      stage: 'construct',
      by: 'rule',
      problem: { code: 'FND_NOT_HERMETIC', message: expect.stringContaining('Connection refused') },
    });
    await expectNothingLeft(outcome);
  });

  test('by a privileged pod in the manifests', async () => {
    const outcome = await releaseWith('Ask for privileges', {
      'deploy/kubernetes/standard/workload.yaml': swap('privileged: false', 'privileged: true'),
    });
    expect(outcome.code).toBe(4);
    expect(outcome.answer.status.aborted).toMatchObject({
      stage: 'audit',
      problem: { check: expect.stringMatching(/^KICS-/) },
    });
    await expectNothingLeft(outcome);
  });
});

describe('a release is refused', () => {
  /** Changes the digest of the first entry of a kind in the lock. */
  const forge =
    (kind: string) =>
    (lock: string): string => {
      const at = lock.indexOf(`"kind": "${kind}"`);
      return `${lock.slice(0, at)}${lock.slice(at).replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${'a'.repeat(64)}"`)}`;
    };

  test.each([
    'image-index',
    'image-manifest',
    'image-signature',
    'package-key',
    'package-index',
    'package',
    'source',
    'source-signature',
  ])('when the lock promises another %s than there is', async (kind) => {
    const outcome = await releaseWith(`Forge the ${kind}`, { [LOCK_FILE]: forge(kind) });
    expect([2, 5]).toContain(outcome.code);
    expect(outcome.answer.status.aborted).toMatchObject({
      by: 'rule',
      problem: { code: expect.stringMatching(/^FND_(DIGEST_MISMATCH|STALE_LOCK|BAD_DATA)$/) },
    });
    await expectNothingLeft(outcome);
  });

  test('when an artifact in the store has other bytes, unless upstream has the right ones', async () => {
    const lock = JSON.parse(await lab.read(released.status.commit, LOCK_FILE)) as {
      files: { kind: string; sha256: string; size: number }[];
    };
    const digest = lock.files.find(({ kind }) => kind === 'source')?.sha256 ?? '';
    const path = join(lab.state, 'store', 'sha256', digest.slice(0, 2), digest);
    const bytes = await readFile(path);
    await chmod(path, 0o644);
    await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]));
    const commit = await lab.commit('Say something else', {
      'README.md': (before) => `${before}\nMended.\n`,
    });
    const { code, answer } = await lab.release(commit);
    expect(code).toBe(0);
    expect(answer.status.state).toBe('completed');
    expect(await readFile(path)).toEqual(bytes);
  });

  test('when its commit is not on the branch', async () => {
    const { code, stderr } = await lab.foundry('release', '--commit', '0'.repeat(40));
    expect(code).toBe(2);
    expect(stderr).toContain('FND_BAD_INPUT');
  });
});
