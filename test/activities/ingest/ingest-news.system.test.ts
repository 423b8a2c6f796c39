import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingestNewsDependencies } from '../../../activities/ingest/ingest-dependencies.ts';
import {
  createIngestNews,
  type IngestNewsActivities,
  type PlannedIngest,
  type PolledUpstreams,
} from '../../../activities/ingest/ingest-news.ts';
import { cursorsPath, openCursors } from '../../../adapters/cursors/cursors.ts';
import { type IngestLab, pinsOf, startIngestLab, stopIngestLab, storeOf } from './ingest-lab.ts';

let here: IngestLab;
let activities: IngestNewsActivities;

beforeAll(async () => {
  here = await startIngestLab();
  activities = createIngestNews(
    await ingestNewsDependencies({
      store: storeOf(here),
      memory: join(here.lab.directories.state, 'fips-sources'),
      cursors: cursorsPath(here.lab.directories.state),
      profile: here.profile,
      report: () => undefined,
      signal: new AbortController().signal,
    }),
  );
});
afterAll(async () => await stopIngestLab(here));

const poll = (): Promise<PolledUpstreams> => activities.pollUpstreams({ isForced: false });

/** What was published: the commit, the same when it is published again, and what the forge says of it. */
interface CarriedOut {
  readonly made: string | null;
  readonly again: string | null;
  readonly said: string;
}

/** Does what the workflow does from a poll to its end. */
async function carryOut({ commit, cursors }: PolledUpstreams): Promise<CarriedOut> {
  const { plan, proposal } = await activities.planIngest({ commit });
  if (proposal === null) throw new Error('there is nothing to publish');
  const { commit: made } = await activities.publishPins({ proposal });
  const { commit: again } = await activities.publishPins({ proposal });
  const { said } = await activities.tellForgeOfPins({ proposal, commit: made ?? '' });
  await activities.raiseAlarms({ alarms: plan.alarms });
  await activities.rememberUpstreams({ cursors });
  return { made, again, said };
}

it('makes one commit of the first look, and has no news after it', async () => {
  const polled = await poll();
  expect(polled.news).toContain('pins');
  const { made, again, said } = await carryOut(polled);

  expect([(await pinsOf(here)).commit, again]).toEqual([made, made]);
  expect(said).toMatch(/^the pins of 5 manifests: /);
  expect(await poll()).toMatchObject({ commit: made, news: [] });
  expect((await poll()).news).toEqual([]);
});

it('makes one commit of what is new on day 1', async () => {
  await here.lab.advance(1);
  const polled = await poll();
  expect(polled.news).toContain('package-index-x86_64');
  const { made } = await carryOut(polled);

  expect([made === null, made === polled.commit]).toEqual([false, false]);
  expect((await poll()).news).toEqual([]);
});

it('leaves everything as it is when an index is refused, and has the same news at the next look', async () => {
  await here.lab.advance(5);
  const before = [await pinsOf(here), await openCursors(cursorsPath(here.lab.directories.state)).read()];
  const polled = await poll();

  await expect(activities.planIngest(polled)).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
  expect([await pinsOf(here), await openCursors(cursorsPath(here.lab.directories.state)).read()]).toEqual(
    before,
  );
  expect((await poll()).news).toEqual(polled.news);
});

it('refuses a genuine index that is older than one it has seen', async () => {
  await here.lab.advance(9);
  const { commit } = await poll();
  const memory = openCursors(cursorsPath(here.lab.directories.state));
  const { newest } = await memory.read();
  const later = Object.fromEntries(Object.entries(newest).map(([url, built]) => [url, built + 1]));
  await memory.change((known) => ({ ...known, newest: later }));

  await expect(activities.planIngest({ commit })).rejects.toMatchObject({ code: 'FND_ROLLED_BACK' });
  await memory.change((known) => ({ ...known, newest }));
});

it('goes on to the newest day in one commit', async () => {
  const polled = await poll();
  const planned: PlannedIngest = await activities.planIngest(polled);

  expect(planned.plan.bumps.map(({ kind }) => kind)).toEqual(['core', 'base-image', 'package']);
  expect((await carryOut(polled)).made).not.toBeNull();
});
