import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { INGEST_ID, INGEST_WORKFLOW } from '../../domain/ingest/contract.ts';
import { OUTCOME_KEY } from '../../domain/ingest/search-attributes.ts';
import { IngestStatus } from '../../domain/ingest/status.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { TICK_WORKFLOW } from '../../domain/schedule/contract.ts';
import { type AllActivities, PASSING, type Stage, startStage } from './stage.ts';

let stage: Stage;
let remembered: number;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());
beforeEach(() => {
  remembered = 0;
});

const refused = (code: string): never => {
  throw ApplicationFailure.create({
    type: code,
    message: `${code} happened`,
    nonRetryable: true,
    details: [{ hint: 'do this', check: null }],
  });
};

async function start(activities: Partial<AllActivities>, isForced = false): Promise<WorkflowHandle> {
  stage.give(INGEST_ID, { rememberUpstreams: async () => void (remembered += 1), ...activities });
  return await stage.client.workflow.start(INGEST_WORKFLOW, {
    workflowId: INGEST_ID,
    taskQueue: 'control',
    args: [{ isForced }],
  });
}

/** Runs to its end; what it returns, its memo and its search attribute say the same. */
async function ingest(activities: Partial<AllActivities>, isForced = false): Promise<IngestStatus> {
  const handle = await start(activities, isForced);
  const status = IngestStatus.parse(await handle.result());
  const { memo, typedSearchAttributes } = await handle.describe();
  expect(memo?.[STATUS_MEMO]).toEqual(status);
  expect(typedSearchAttributes.get(OUTCOME_KEY)).toBe(status.outcome);
  expect(status.endedAt).not.toBeNull();
  return status;
}

const never = async (): Promise<never> => {
  throw ApplicationFailure.nonRetryable('never', 'unexpected');
};

describe('a run of ingest', () => {
  test('without news ends there, unless it is forced', async () => {
    const quiet = async () => ({ ...(await PASSING.pollUpstreams({ isForced: false })), news: [] });
    const status = await ingest({ pollUpstreams: quiet, planIngest: never });
    expect(status).toMatchObject({ outcome: 'nothing-new', commit: 'a'.repeat(40), problem: null });
    expect(remembered).toBe(0);
    expect(await ingest({ pollUpstreams: quiet }, true)).toMatchObject({ outcome: 'committed', news: [] });
  });

  test('from whose news no pin follows remembers them, tells its alarms, and commits nothing', async () => {
    const raised: string[] = [];
    const status = await ingest({
      planIngest: async (order) => ({ ...(await PASSING.planIngest(order)), proposal: null }),
      publishPins: never,
      raiseAlarms: async ({ alarms }) => {
        raised.push(...alarms.map(({ id }) => id));
        return { said: 'raised' };
      },
    });
    expect(status).toMatchObject({ outcome: 'unchanged', commit: 'a'.repeat(40), news: ['packages'] });
    expect([raised, remembered]).toEqual([['certificate-4985'], 1]);
  });

  test('commits what follows, tells the forge of that commit, and remembers last', async () => {
    const done: string[] = [];
    const status = await ingest({
      publishPins: async (order) => {
        done.push('published');
        return await PASSING.publishPins(order);
      },
      tellForgeOfPins: async ({ commit }) => {
        done.push(`told of ${commit.slice(0, 4)}`);
        return { said: 'accepted' };
      },
      rememberUpstreams: async () => void done.push('remembered'),
    });
    expect(status).toMatchObject({ outcome: 'committed', commit: 'b'.repeat(40), pullRequest: null });
    expect(status.bumps.map(({ name }) => name)).toEqual(['zlib']);
    expect(done).toEqual(['published', 'told of bbbb', 'remembered']);
  });

  test('that proposes a pull request does not tell the forge of a commit that is not on the branch', async () => {
    const pullRequest = 'https://forge.example/pull/1';
    const status = await ingest({
      publishPins: async () => ({ commit: 'c'.repeat(40), pullRequest }),
      tellForgeOfPins: never,
    });
    expect(status).toMatchObject({ outcome: 'proposed', pullRequest });
    expect(remembered).toBe(1);
  });

  test('begins anew on a branch that moved under it, and gives up when it never holds still', async () => {
    let tries = 0;
    const moved = { commit: null, pullRequest: null };
    const status = await ingest({
      publishPins: async (order) => ((tries += 1) === 1 ? moved : await PASSING.publishPins(order)),
    });
    expect([status.outcome, tries, remembered]).toEqual(['committed', 2, 1]);
    const given = await ingest({ publishPins: async () => moved });
    expect(given).toMatchObject({ outcome: 'unreachable', problem: { code: 'FND_BUSY' } });
    expect(remembered).toBe(1);
  });
});

describe('what goes wrong', () => {
  test.each(['FND_SIGNATURE_REFUSED', 'FND_DIGEST_MISMATCH', 'FND_UNRESOLVED', 'FND_BAD_PINS'])(
    '%s is an outcome: refused, with pins and cursors left alone, and never tried again',
    async (code) => {
      let tries = 0;
      const status = await ingest({
        planIngest: async () => {
          tries += 1;
          return refused(code);
        },
        publishPins: never,
      });
      expect(status).toMatchObject({ outcome: 'refused', problem: { code, hint: 'do this' }, bumps: [] });
      expect([tries, remembered]).toEqual([1, 0]);
    },
  );

  test(
    'an upstream that is away is asked again, and then it is the outcome',
    { timeout: 200_000 },
    async () => {
      let tries = 0;
      const away = async (): Promise<never> => {
        tries += 1;
        throw ApplicationFailure.create({
          type: 'FND_UNREACHABLE',
          message: 'no answer',
          nonRetryable: false,
        });
      };
      const status = await ingest({ pollUpstreams: away });
      expect(status).toMatchObject({
        outcome: 'unreachable',
        commit: null,
        problem: { code: 'FND_UNREACHABLE' },
      });
      expect([tries, remembered]).toEqual([6, 0]);
    },
  );

  test('an upstream that comes back in time is as if it had not been away', async () => {
    let tries = 0;
    const status = await ingest({
      pollUpstreams: async (order) => {
        tries += 1;
        if (tries === 1) throw ApplicationFailure.create({ type: 'FND_UNREACHABLE', nonRetryable: false });
        return await PASSING.pollUpstreams(order);
      },
    });
    expect([status.outcome, tries]).toEqual(['committed', 2]);
  });

  test('after the pins were committed they stay the outcome, with the problem beside it', async () => {
    const status = await ingest({ tellForgeOfPins: async () => refused('FND_BAD_DATA') });
    expect(status).toMatchObject({ outcome: 'committed', problem: { code: 'FND_BAD_DATA' } });
    expect(remembered).toBe(0);
  });

  test('anything that is neither a refusal nor an absence fails the run, and its memo says why', async () => {
    const handle = await start({ planIngest: async () => refused('FND_DISK_FULL') });
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    const status = IngestStatus.parse((await handle.describe()).memo?.[STATUS_MEMO]);
    expect(status).toMatchObject({ outcome: null, problem: { code: 'FND_DISK_FULL' } });
  });
});

describe('a tick', () => {
  async function tick(id: string): Promise<unknown> {
    return await stage.client.workflow.execute(TICK_WORKFLOW, {
      workflowId: id,
      taskQueue: 'control',
      args: ['ingest'],
    });
  }

  test('starts the one ingest, another joins it, and it goes on when both have ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let polls = 0;
    stage.give(INGEST_ID, {
      pollUpstreams: async (order) => {
        polls += 1;
        await promise;
        return await PASSING.pollUpstreams(order);
      },
    });
    expect(await tick('tick-1')).toBe('started');
    await vi.waitUntil(() => polls > 0, { timeout: 10_000 });
    expect(await tick('tick-2')).toBe('joined');
    resolve();
    const status = IngestStatus.parse(await stage.client.workflow.getHandle(INGEST_ID).result());
    expect([status.outcome, polls]).toEqual(['committed', 1]);
    stage.give(INGEST_ID, {});
    expect(await tick('tick-3')).toBe('started');
    await stage.client.workflow.getHandle(INGEST_ID).result();
  });

  test('joins an ingest that a person began', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle = await start({
      pollUpstreams: async (order) => {
        await promise;
        return await PASSING.pollUpstreams(order);
      },
    });
    expect(await tick('tick-4')).toBe('joined');
    resolve();
    expect(await handle.result()).toMatchObject({ outcome: 'committed' });
  });
});
