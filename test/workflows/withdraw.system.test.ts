import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWithdraw } from '../../client/withdraw/run-withdraw.ts';
import { listWithdrawals } from '../../client/withdraw/withdrawals.ts';
import type { WithdrawalOrder } from '../../domain/withdrawal/contract.ts';
import { type AllActivities, PASSING, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

function ordered(activities: Partial<AllActivities>, change: Partial<WithdrawalOrder> = {}): WithdrawalOrder {
  const commit = stage.commitFor(activities);
  return { version: '3.5.7', commit, variant: null, by: 'somebody', reason: 'a wrong key', ...change };
}

/** Activities that say that they were called, in the order in which they were. */
function heard(): { calls: string[]; activities: Partial<AllActivities> } {
  const calls: string[] = [];
  return {
    calls,
    activities: {
      signWithdrawal: async () => {
        calls.push('signed');
        return await PASSING.signWithdrawal();
      },
      restoreTags: async ({ tags, previous }) => {
        calls.push(
          `tags ${tags.map(({ tag }) => tag).join()} to ${previous[0]?.digest?.slice(0, 6) ?? 'nothing'}`,
        );
        return { left: [] };
      },
      restorePackages: async ({ previous }) => void calls.push(`packages to ${previous ?? 'nothing'}`),
      storeWithdrawal: async (order) => {
        calls.push('stored');
        return await PASSING.storeWithdrawal(order);
      },
      setCommitStatus: async ({ state, description }) => void calls.push(`${state}: ${description}`),
    },
  };
}

describe('a withdrawal', () => {
  test('is signed and attached before anything moves, and then told', async () => {
    const { calls, activities } = heard();
    const order = ordered(activities);
    const { how, status } = await runWithdraw(stage.client, order);

    expect(calls).toEqual([
      'signed',
      'tags 3.5.7 to sha256',
      `packages to 3.5.7-${'e'.repeat(12)}`,
      'stored',
      'failure: OpenSSL 3.5.7 is withdrawn: a wrong key',
    ]);
    expect([how, status.state, status.replacement]).toEqual(['made', 'completed', 'e'.repeat(40)]);
    await expect
      .poll(async () => (await listWithdrawals(stage.client)).find(({ commit }) => commit === order.commit))
      .toEqual(status);
  });

  test('of one image leaves the packages and the others alone', async () => {
    const { calls, activities } = heard();
    await runWithdraw(stage.client, ordered(activities, { variant: 'distroless' }));

    expect(calls.filter((call) => call.startsWith('packages'))).toEqual([]);
    expect(calls.at(-1)).toBe('failure: distroless of OpenSSL 3.5.7 is withdrawn: a wrong key');
  });

  test('asked for twice, at once and afterwards, is one', async () => {
    const { calls, activities } = heard();
    const order = ordered(activities);
    const both = await Promise.all([runWithdraw(stage.client, order), runWithdraw(stage.client, order)]);
    const again = await runWithdraw(stage.client, { ...order, reason: 'another' });

    expect(calls.filter((call) => call === 'signed')).toEqual(['signed']);
    expect(both[0].status).toEqual(both[1].status);
    expect([again.how, again.status.reason]).toEqual(['found', 'a wrong key']);
  });

  test('that cannot be signed moves no tag, says why, and can be asked for again', async () => {
    const { calls, activities } = heard();
    const given: { -readonly [Name in keyof AllActivities]?: AllActivities[Name] } = { ...activities };
    const { signWithdrawal } = given;
    given.signWithdrawal = async () => {
      throw ApplicationFailure.nonRetryable('it is of no release', 'FND_NOT_RECORDED');
    };
    const order = ordered(given);

    await expect(runWithdraw(stage.client, order)).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('it is of no release') as string,
    });
    expect(calls).toEqual([]);
    if (signWithdrawal !== undefined) given.signWithdrawal = signWithdrawal;
    expect((await runWithdraw(stage.client, order)).status.state).toBe('completed');
  });

  test('goes on when a server was away in between', async () => {
    const { calls, activities } = heard();
    let tries = 0;
    const order = ordered({
      ...activities,
      storeWithdrawal: async (target) => {
        tries += 1;
        if (tries < 3) throw ApplicationFailure.retryable('the registry is away', 'FND_UNREACHABLE');
        return await PASSING.storeWithdrawal(target);
      },
    });
    const { status } = await runWithdraw(stage.client, order);

    expect([status.state, tries]).toEqual(['completed', 3]);
    expect(calls.filter((call) => call === 'signed')).toEqual(['signed']);
  });
});
