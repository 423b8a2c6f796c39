import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommitStatus, setCommitStatus } from '../../../adapters/github/commit-status.ts';
import { type Github, openGithub } from '../../../adapters/github/open-github.ts';
import { REPOSITORY, type RunningForge, startForge } from '../../lab/forge/start-forge.ts';

const PENDING: CommitStatus = { state: 'pending', context: 'foundry/release', description: 'is made' };

let forge: RunningForge;
let commit: string;

beforeAll(async () => {
  forge = await startForge();
  commit = await forge.head();
});

afterAll(() => forge.stop());

function open(token: string): Github {
  const project = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
  return openGithub({ api: `${forge.origin}/api/v3`, project, token });
}

async function said(): Promise<(string | null)[][]> {
  const { data } = await forge.octokit.rest.repos.listCommitStatusesForRef({ ...REPOSITORY, ref: commit });
  return data.map(({ context, state, description }) => [context, state, description]);
}

test('a status is said once, however often it is set, and a new one after it', async () => {
  const github = open(forge.writer);
  await setCommitStatus(github, commit, PENDING);
  await setCommitStatus(github, commit, { ...PENDING, context: 'another' });
  await setCommitStatus(github, commit, PENDING);
  expect(await said()).toEqual([
    ['another', 'pending', 'is made'],
    ['foundry/release', 'pending', 'is made'],
  ]);
  await setCommitStatus(github, commit, { ...PENDING, state: 'success' });
  // What was said before counts no more: it is said again.
  await setCommitStatus(github, commit, PENDING);
  expect((await said()).map(([, state]) => state)).toEqual(['pending', 'success', 'pending', 'pending']);
});

test('a description is as long as GitHub takes', async () => {
  const long = { ...PENDING, context: 'long', description: 'x'.repeat(200) };
  await setCommitStatus(open(forge.writer), commit, long);
  await setCommitStatus(open(forge.writer), commit, long);
  const [first, second] = await said();
  expect(first?.[2]).toBe(`${'x'.repeat(139)}…`);
  expect(second?.[0]).not.toBe('long');
});

test('a token that may not say so, and a commit that is not there, are named', async () => {
  await expect(
    setCommitStatus(open(forge.reader), commit, { ...PENDING, context: 'c' }),
  ).rejects.toMatchObject({
    code: 'FND_PERMISSION',
  });
  await expect(setCommitStatus(open(forge.writer), '0'.repeat(40), PENDING)).rejects.toMatchObject({
    message: expect.stringContaining(`the status of commit ${'0'.repeat(40)}`),
  });
  expect(forge.failures).toEqual([]);
});
