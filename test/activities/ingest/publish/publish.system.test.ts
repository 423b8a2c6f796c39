import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publishProposal } from '../../../../activities/ingest/publish/publish-proposal.ts';
import { pinsDigest } from '../../../../activities/ingest/publish/pins-of-commit.ts';
import { keepAlarms } from '../../../../activities/ingest/publish/raise-alarms.ts';
import { tellOfPins } from '../../../../activities/ingest/ingest-news.ts';
import type { PublishedPins } from '../../../../activities/ingest/publish/publish-proposal.ts';
import { type Github, openGithub } from '../../../../adapters/github/open-github.ts';
import type { Proposal } from '../../../../domain/ingest/proposal.ts';
import { renderLock } from '../../../../domain/pins/lock.ts';
import { SAMPLE, sampleLock } from '../../../domain/pins/sample-pins.ts';
import { SAMPLE_PLAN } from '../../../domain/ingest/sample-plan.ts';
import {
  commit as commitFile,
  git,
  REPOSITORY,
  type RunningForge,
  startForge,
} from '../../../lab/forge/start-forge.ts';

const NEW_LOCK = renderLock(sampleLock());

let forge: RunningForge;
let folder: string;
let github: Github;
let base: string;

beforeEach(async () => {
  forge = await startForge();
  folder = await forge.clone('person');
  const project = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
  github = openGithub({ api: `${forge.origin}/api/v3`, project, token: forge.writer });
  base = await pushed('versions.hcl', 'old pins\n');
});
afterEach(async () => {
  await forge.stop();
  if (forge.failures.length > 0) throw new Error(JSON.stringify(forge.failures));
});

/** What a person commits to the branch. */
async function pushed(file: string, content: string): Promise<string> {
  await git(folder, 'pull', '--quiet', '--rebase');
  const made = await commitFile(folder, file, content);
  const credentials = Buffer.from(`x-access-token:${forge.writer}`).toString('base64');
  const header = `http.extraHeader=Authorization: Basic ${credentials}`;
  await git(folder, '-c', header, 'push', '--quiet', 'origin', 'HEAD:main');
  return made;
}

function proposal(more: Partial<Proposal> = {}): Proposal {
  return {
    schemaVersion: 1,
    mode: 'push',
    plan: SAMPLE_PLAN,
    from: pinsDigest({ versions: 'old pins\n', lock: null }),
    message: 'Take zlib\n\nbecause it is newer\n',
    versions: SAMPLE,
    lock: NEW_LOCK,
    commit: base,
    ...more,
  };
}

function publish(what: Proposal, token = forge.writer): Promise<PublishedPins> {
  return publishProposal({ forge: { url: forge.address, branch: 'main', token }, github }, what);
}

async function fileAt(ref: string, path: string): Promise<string> {
  await git(folder, 'fetch', '--quiet', 'origin');
  return (await git(folder, 'show', `${ref}:${path}`)).stdout;
}

async function parentsOf(commit: string): Promise<string> {
  await git(folder, 'fetch', '--quiet', 'origin');
  return (await git(folder, 'log', '-1', '--format=%P', commit)).stdout.trim();
}

describe('by push', () => {
  test('the pins become one commit on the branch, and stay one however often they are published', async () => {
    const { commit, pullRequest } = await publish(proposal());

    expect([await forge.head(), pullRequest]).toEqual([commit, null]);
    expect(await parentsOf(commit ?? '')).toBe(base);
    expect(await fileAt('origin/main', 'versions.hcl')).toBe(SAMPLE);
    expect(await publish(proposal())).toEqual({ commit, pullRequest: null });
    expect(await forge.head()).toBe(commit);
  });

  test('a commit that leaves the pins alone is gone on from', async () => {
    const other = await pushed('README.md', 'something else\n');
    const { commit } = await publish(proposal());

    expect(await parentsOf(commit ?? '')).toBe(other);
  });

  test('nothing is published over other pins', async () => {
    const other = await pushed('versions.hcl', 'pins of a person\n');

    expect(await publish(proposal())).toEqual({ commit: null, pullRequest: null });
    expect(await forge.head()).toBe(other);
  });

  test('a token that may only read is refused, and the branch stays', async () => {
    await expect(publish(proposal(), forge.reader)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
    expect(await forge.head()).toBe(base);
  });
});

describe('by pull request', () => {
  const asked = (more: Partial<Proposal> = {}): Proposal => proposal({ mode: 'pull-request', ...more });

  test('the pins are proposed once, on a branch of their own', async () => {
    const first = await publish(asked());
    const again = await publish(asked());

    expect(again).toEqual(first);
    expect(await forge.head()).toBe(base);
    const { data: pulls } = await forge.octokit.rest.pulls.list({ ...REPOSITORY });
    expect(pulls.map(({ html_url: url, title, head }) => [url, title, head.sha])).toEqual([
      [first.pullRequest, 'Take zlib', first.commit],
    ]);
  });

  test('newer pins go on top of those that are proposed, in the same pull request', async () => {
    const first = await publish(asked());
    const second = await publish(asked({ versions: `${SAMPLE}# newer\n` }));

    expect(second.pullRequest).toBe(first.pullRequest);
    expect(await parentsOf(second.commit ?? '')).toBe(first.commit);
  });

  test('what goes on from other pins is another pull request', async () => {
    const first = await publish(asked());
    await pushed('versions.hcl', 'pins of a person\n');
    const from = pinsDigest({ versions: 'pins of a person\n', lock: null });
    const second = await publish(asked({ from }));

    expect(second.pullRequest).not.toBe(first.pullRequest);
    const open = (await forge.octokit.rest.pulls.list({ ...REPOSITORY })).data;
    expect(open.map(({ html_url: url }) => url)).toEqual([second.pullRequest]);
    const { data: closed } = await forge.octokit.rest.pulls.list({ ...REPOSITORY, state: 'closed' });
    expect(closed.map(({ html_url: url, body }) => [url, body])).toEqual([
      [first.pullRequest, expect.stringContaining(`Superseded by ${second.pullRequest}`)],
    ]);
  });

  test('pins that stand again are proposed again, though their pull request was closed meanwhile', async () => {
    const first = await publish(asked());
    await pushed('versions.hcl', 'pins of a person\n');
    const from = pinsDigest({ versions: 'pins of a person\n', lock: null });
    await publish(asked({ from }));
    await pushed('versions.hcl', 'old pins\n');
    const again = await publish(asked());

    expect([again.commit, again.pullRequest === first.pullRequest]).toEqual([first.commit, false]);
    const open = (await forge.octokit.rest.pulls.list({ ...REPOSITORY })).data;
    expect(open.map(({ html_url: url }) => url)).toEqual([again.pullRequest]);
  });

  test('one that a person closed stays closed, and one of a person stays open', async () => {
    const first = await publish(asked());
    const { data: ours } = await forge.octokit.rest.pulls.list({ ...REPOSITORY });
    for (const { number } of ours)
      await forge.octokit.rest.pulls.update({ ...REPOSITORY, pull_number: number, state: 'closed' });
    await git(folder, 'fetch', '--quiet', 'origin');
    const theirs = { ref: 'refs/heads/theirs', sha: first.commit ?? '' };
    await forge.octokit.rest.git.createRef({ ...REPOSITORY, ...theirs });
    const given = { ...REPOSITORY, title: 'Of a person', head: 'theirs', base: 'main' };
    const { data: pull } = await forge.octokit.rest.pulls.create(given);

    expect((await publish(asked())).pullRequest).toBe(first.pullRequest);
    const { data: open } = await forge.octokit.rest.pulls.list({ ...REPOSITORY });
    expect(open.map(({ number }) => number)).toEqual([pull.number]);
  });

  test('once it is merged the branch has the pins, and nothing is left to propose', async () => {
    const { commit } = await publish(asked());
    await git(folder, 'fetch', '--quiet', 'origin');
    await git(folder, 'merge', '--quiet', '--ff-only', commit ?? '');
    await pushed('README.md', 'merged\n');

    expect(await publish(asked())).toEqual({ commit: await forge.head(), pullRequest: null });
  });
});

test('the forge is told of the pins of a commit', async () => {
  const { commit } = await publish(proposal());
  const place = { github, forge: { url: forge.address, branch: 'main' }, now: () => new Date() };

  expect(await tellOfPins(place, proposal(), commit ?? '')).toMatch(
    /^the pins of \d+ manifests: (success|accepted)/,
  );
});

test('each alarm is one issue, however often it is raised', async () => {
  expect(await keepAlarms(github, SAMPLE_PLAN.alarms)).toBe('1 alarms, 1 of them new');
  expect(await keepAlarms(github, SAMPLE_PLAN.alarms)).toBe('1 alarms, 0 of them new');
  const { data } = await forge.octokit.rest.issues.listForRepo({ ...REPOSITORY, labels: 'foundry-alarm' });
  expect(data.map(({ title }) => title)).toEqual(SAMPLE_PLAN.alarms.map(({ title }) => title));
});
