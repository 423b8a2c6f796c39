import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newestLook } from '../../client/watch/newest-look.ts';
import { INGEST_ID } from '../../domain/ingest/contract.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { WATCH_WORKFLOW } from '../../domain/watch/contract.ts';
import { EXPOSURE_KEY } from '../../domain/watch/search-attributes.ts';
import { type Watched, WatchStatus } from '../../domain/watch/status.ts';
import { PASSING, type Stage, startStage, untilCancelled } from './stage.ts';

type Activities = Parameters<Stage['give']>[1];

let stage: Stage;
let runs = 0;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());
afterEach(async () => {
  await stage.client.workflow
    .getHandle(INGEST_ID)
    .terminate()
    .catch(() => undefined);
});

const exposed = async (exposure: Watched['exposure']): ReturnType<typeof PASSING.rescanPublished> => {
  const { watched, record } = await PASSING.rescanPublished({});
  return { watched: { ...watched, exposure }, record };
};

interface Ended {
  readonly status: WatchStatus;
  readonly memo: unknown;
  readonly exposure: string | undefined;
  readonly state: string;
}

/** Runs a look whose activities are these to its end, under an id of its own. */
async function looked(activities: Activities): Promise<Ended> {
  runs += 1;
  const workflowId = `watch-${runs}`;
  stage.give(workflowId, activities);
  const handle = await stage.client.workflow.start(WATCH_WORKFLOW, { workflowId, taskQueue: 'control' });
  const status = WatchStatus.parse(await handle.result());
  const { memo, typedSearchAttributes, status: ending } = await handle.describe();
  return {
    status,
    memo: memo?.[STATUS_MEMO],
    exposure: typedSearchAttributes.get(EXPOSURE_KEY),
    state: ending.name,
  };
}

describe('a look', () => {
  test('that finds nothing says so where no worker is needed to read it, and asks for nothing', async () => {
    const told: unknown[] = [];
    const { status, memo, exposure } = await looked({
      tellOfExposures: async (order) => {
        told.push(order);
        return { said: 'nothing new' };
      },
    });
    expect(memo).toEqual(status);
    expect(exposure).toBe('zero');
    expect(status).toMatchObject({ watched: { exposure: 'zero' }, told: 'nothing new', ingest: null });
    expect(told).toEqual([{ record: status.record }]);
  });

  test('is what the command shows, as the server itself tells it', async () => {
    await looked({ rescanPublished: () => exposed('exposed, no fix') });
    // What is listed lags behind by a moment.
    await expect
      .poll(() => newestLook(stage.client))
      .toMatchObject({ watched: { exposure: 'exposed, no fix', images: { published: 3 } }, ingest: null });
    await looked({});
    await expect.poll(() => newestLook(stage.client)).toMatchObject({ watched: { exposure: 'zero' } });
  });

  test('that finds what has a fix asks ingest for everything, and joins one that runs', async () => {
    const forced: boolean[] = [];
    stage.give(INGEST_ID, {
      pollUpstreams: async ({ isForced }) => {
        forced.push(isForced);
        return await untilCancelled();
      },
    });
    const withFix: Activities = { rescanPublished: () => exposed('exposed, fix available') };
    expect((await looked(withFix)).status.ingest).toBe('started');
    expect((await looked(withFix)).status.ingest).toBe('joined');
    await expect.poll(() => forced).toEqual([true]);
  });

  test('that finds what nobody has fixed asks for nothing', async () => {
    const { status, exposure } = await looked({ rescanPublished: () => exposed('exposed, no fix') });
    expect([exposure, status.ingest]).toEqual(['exposed, no fix', null]);
  });

  test('that could not be done tells the forge nothing and never says zero', async () => {
    const { status } = await looked({
      rescanPublished: async () => ({ ...(await exposed('unknown')), record: null }),
      tellOfExposures: async () => {
        throw new Error('never');
      },
    });
    expect(status).toMatchObject({
      watched: { exposure: 'unknown', problems: [] },
      told: null,
      record: null,
    });
  });

  test.each(['FND_UNREACHABLE', 'FND_BAD_PINS'])(
    'that ends with %s is unknown, with the reason and what was known before',
    async (code) => {
      const { status, exposure, state } = await looked({
        rescanPublished: async () => {
          throw ApplicationFailure.nonRetryable('why', code);
        },
        recallExposures: async ({ code: reason, message }) => ({
          ...(await exposed('unknown')).watched,
          problems: [{ what: 'the look', digest: null, code: reason, message }],
          news: ['CVE-2026-1'],
        }),
      });
      expect([exposure, state]).toEqual(['unknown', 'COMPLETED']);
      expect(status.watched).toMatchObject({ problems: [{ code, message: 'why' }], news: ['CVE-2026-1'] });
    },
  );

  test('of which even what was known before cannot be read is unknown', async () => {
    const broken = async (): Promise<never> => {
      throw ApplicationFailure.nonRetryable('why', 'FND_BAD_DATA');
    };
    const { status } = await looked({ rescanPublished: broken, recallExposures: broken });
    expect(status.watched).toMatchObject({ exposure: 'unknown', problems: [{ code: 'FND_BAD_DATA' }] });
  });

  test('stands when the forge cannot be told, and says that too', async () => {
    const { status, exposure } = await looked({
      rescanPublished: () => exposed('exposed, no fix'),
      tellOfExposures: async () => {
        throw ApplicationFailure.nonRetryable('the token may not', 'FND_PERMISSION');
      },
    });
    expect(exposure).toBe('exposed, no fix');
    expect(status).toMatchObject({
      told: null,
      watched: { problems: [{ what: 'the forge', code: 'FND_PERMISSION', message: 'the token may not' }] },
    });
  });
});
