import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../../client/release/decide.ts';
import { endingOf } from '../../../client/release/ending.ts';
import { newestImage } from '../../../client/release/newest-image.ts';
import type { ReleaseEntry } from '../../../client/release/release-entry.ts';
import { listReleases, lookAt } from '../../../client/release/releases.ts';
import { runRelease, type AskedRelease, type ReleaseCall } from '../../../client/release/run-release.ts';
import { Onlooker } from '../../../client/release/under-way.ts';
import { createIo } from '../../../client/output/io.ts';
import { releaseWorkflowId } from '../../../domain/pins/identity.ts';
import {
  PASSING,
  type AllActivities,
  type Stage,
  startStage,
  untilCancelled,
} from '../../workflows/stage.ts';
import { type Ended, foundry as runInProcess, inDirectories } from '../foundry-in-process.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

const VERSION = '3.5.7';
const ME = { by: 'me@here', reason: 'a test' };

interface Asked {
  readonly said: string[];
  readonly asked: Promise<AskedRelease>;
}

/** Asks for the release of a commit, as the verb does, where no terminal is. */
function ask(commit: string, change: Partial<ReleaseCall> = {}): Asked {
  const said: string[] = [];
  const io = createIo({
    stdout: { write: () => undefined },
    stderr: { write: (text) => said.push(text.replace(/^ *[\d.]+s {2}/, '').trimEnd()) },
    environment: {},
    format: 'text',
    quiet: false,
    now: () => 0,
  });
  const call: ReleaseCall = {
    identity: { version: VERSION, commit },
    isRebuild: false,
    by: ME.by,
    stay: 'follow',
    io,
    signal: new AbortController().signal,
    ...change,
  };
  const { client } = stage;
  return { said, asked: runRelease({ client, uiOf: ({ id }) => `ui/${id}` }, call) };
}

const foundry = (...argv: string[]): Promise<Ended> =>
  runInProcess([...argv, ...inDirectories(stage.directories)]);

async function untilIt(commit: string, isSo: (entry: ReleaseEntry) => boolean): Promise<ReleaseEntry> {
  const id = releaseWorkflowId({ version: VERSION, commit });
  for (let tries = 0; tries < 300; tries += 1) {
    const entry = await lookAt(stage.client, { id });
    if (entry !== undefined && isSo(entry)) return entry;
    await sleep(50);
  }
  throw new Error(`in vain: ${id}`);
}

/** The list of releases lags behind a little. */
async function untilListed(commit: string, runs: number): Promise<ReleaseEntry[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = (await listReleases(stage.client, new Date())).filter((entry) => entry.commit === commit);
    if (found.length === runs) return found;
    await sleep(50);
  }
  throw new Error(`in vain: ${runs} runs of ${commit}`);
}

/** Ingest is unreachable the first time, for good. */
function unreachableOnce(): Partial<AllActivities> {
  let tries = 0;
  return {
    ingest: async (order) => {
      tries += 1;
      if (tries > 1) return await PASSING.ingest(order);
      throw ApplicationFailure.create({ type: 'FND_UNREACHABLE', message: 'it is down', nonRetryable: true });
    },
  };
}

describe('the same release asked for', () => {
  it('while it runs is joined, once it completed is found, and is run again to rebuild', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const commit = stage.commitFor({
      ingest: async (order) => {
        await gate;
        return await PASSING.ingest(order);
      },
    });
    const first = ask(commit);
    await untilIt(commit, ({ stage: at }) => at === 'ingest');
    const second = ask(commit, { stay: 'detach' });
    const joined = await second.asked;
    open();
    const completed = await first.asked;
    const found = await ask(commit).asked;
    const again = await ask(commit, { isRebuild: true }).asked;

    expect([completed.how, joined.how, found.how, again.how]).toEqual([
      'started',
      'joined',
      'found',
      'started',
    ]);
    expect([completed, found, again].map(({ entry }) => entry.state)).toEqual(Array(3).fill('completed'));
    expect(found.entry.runId).toBe(completed.entry.runId);
    expect(again.entry.runId).not.toBe(completed.entry.runId);
    expect(first.said.join('\n')).toMatch(/^self-test: distroless \(linux\/amd64\) pass after/m);
    expect((await untilListed(commit, 2)).map(({ runId }) => runId)).toEqual([
      again.entry.runId,
      completed.entry.runId,
    ]);
    expect(endingOf(found.entry)).toBeUndefined();
    expect(await newestImage(stage.directories, 'standard', new AbortController().signal)).toMatchObject({
      repository: 'published',
    });
  });

  it('after it was aborted is run again', async () => {
    let tries = 0;
    const commit = stage.commitFor({
      auditPlan: async (order) => {
        tries += 1;
        if (tries > 1) return await PASSING.auditPlan(order);
        throw ApplicationFailure.create({ type: 'FND_DIGEST_MISMATCH', message: 'no', nonRetryable: true });
      },
    });
    const refused = await ask(commit).asked;
    const again = await ask(commit).asked;

    expect(endingOf(refused.entry)).toMatchObject({ code: 'FND_DIGEST_MISMATCH', exitCode: 5 });
    expect([again.how, again.entry.state]).toEqual(['started', 'completed']);
  });
});

describe('an operator', () => {
  it('is asked for, and lets a waiting release go on', async () => {
    const commit = stage.commitFor(unreachableOnce());
    await expect(ask(commit).asked).rejects.toMatchObject({ code: 'FND_WAITING', exitCode: 8 });
    await untilListed(commit, 1);
    await decide(stage.client, commit.slice(0, 12), 'retry', ME);
    const { how, entry } = await ask(commit).asked;

    expect([how === 'started', entry.state]).toEqual([false, 'completed']);
    expect(entry.status?.stages.find(({ stage: name }) => name === 'ingest')).toMatchObject({ attempts: 2 });
  });

  it('who retries what does not wait is told so, and who aborts it ends it', async () => {
    const commit = stage.commitFor({ ingest: untilCancelled });
    const following = ask(commit, { stay: 'wait' }).asked;
    await untilIt(commit, ({ stage: at }) => at === 'ingest');
    await untilListed(commit, 1);
    const retried = decide(stage.client, commit, 'retry', ME);
    await expect(retried).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      message: expect.stringContaining(
        'does not take retry: the release does not wait for a decision: it is running',
      ) as string,
    });
    await decide(stage.client, commit, 'abort', ME);
    const { entry } = await following;

    expect(endingOf(entry)).toMatchObject({ code: 'FND_ABORTED', exitCode: 4 });
    expect(entry.status?.aborted).toMatchObject({ by: 'operator', problem: { message: 'me@here: a test' } });
    await expect(decide(stage.client, commit, 'abort', ME)).rejects.toThrow('has ended: it is aborted');
  });
});

describe('a release seen from outside', () => {
  it('shows what its workers do, by name and heartbeat', async () => {
    const commit = stage.commitFor({
      buildPackages: async () => {
        Context.current().heartbeat('make: 1 of 900 files');
        return await untilCancelled();
      },
    });
    const { entry } = await ask(commit, { stay: 'detach' }).asked;
    await untilIt(commit, ({ stage: at }) => at === 'construct');
    const onlooker = new Onlooker(stage.client);
    const handle = stage.client.workflow.getHandle(entry.id);
    let seen = await onlooker.underWay(await handle.describe());
    while (!seen.some(({ said }) => said !== null)) seen = await onlooker.underWay(await handle.describe());
    await handle.terminate('a test');

    expect(seen.map(({ name }) => name)).toContain('provider by builder b (linux/amd64)');
    expect(seen).toContainEqual(
      expect.objectContaining({
        attempt: 1,
        queue: 'build-amd64',
        said: 'make: 1 of 900 files',
        lastFailure: null,
      }),
    );
    const stopped = await untilIt(commit, ({ endedAt }) => endedAt !== null);
    expect(stopped.state).toBe('stopped');
    expect(endingOf(stopped)).toMatchObject({ code: 'FND_NO_RECORD', exitCode: 1 });
  });

  it('is one envelope for programs, in the list and by itself', async () => {
    const commit = stage.commitFor({});
    await ask(commit).asked;
    await untilListed(commit, 1);
    const list = await foundry('list', '--limit', '1', '--output', 'json');
    const show = await foundry('show', commit.slice(0, 8), '--output', 'json');
    const unknown = await foundry('show', `${commit.slice(0, 8)}zz`);

    expect([list.code, show.code, unknown.code]).toEqual([0, 0, 2]);
    const listed = JSON.parse(list.out) as { data: { releases: object[] } };
    expect(listed).toMatchObject({
      schemaVersion: 1,
      kind: 'releases',
      data: { releases: [{ commit, state: 'completed' }] },
    });
    expect(listed.data.releases[0]).not.toHaveProperty('status');
    expect(JSON.parse(show.out)).toMatchObject({
      schemaVersion: 1,
      kind: 'release',
      data: {
        version: VERSION,
        commit,
        state: 'completed',
        ui: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/release-3\.5\.7-/,
        ) as string,
        status: { schemaVersion: 1, images: { length: 3 } },
      },
    });
    expect(unknown.err).toContain('error[FND_BAD_INPUT]: no release is called');
  });

  it('is a page in the folder that is named, and one that cannot be written says where it was to be', async () => {
    const file = join(stage.directories.state, 'a-file');
    await writeFile(file, '');
    const [written, refused] = [
      await foundry('report', '--index', '--to', join(stage.directories.state, 'pages', 'index.html')),
      await foundry('report', '--index', '--to', join(file, 'index.html')),
    ];

    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('pages/index.html') as string });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`the page of index was not written: ${file}`);
    expect(refused.err).toContain('hint: Name another place with --to.');
  });
});
