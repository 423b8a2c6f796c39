import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APPROVE_UPDATE, RETRY_UPDATE } from '../../domain/release/contract.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { aborted } from './aborted.ts';
import { waitUntil } from './read-status.ts';
import { failing, PASSING, type Stage, startStage, untilCancelled } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

describe('a verdict of a gate', () => {
  test('ends the release with all other gates heard, no tag read and the quarantine empty', async () => {
    const judged: string[] = [];
    const removed: string[] = [];
    const record = await aborted(
      await stage.start({
        runGate: async (order) => {
          judged.push(`${order.gate} ${order.variant}`);
          if (order.gate === 'cis-docker' && order.variant === 'standard') {
            return { ...(await PASSING.runGate(order)), outcome: failing('CIS-4.1') };
          }
          return await PASSING.runGate(order);
        },
        readTags: async () => {
          throw new Error('never');
        },
        removeImage: async ({ place }) => void removed.push(place.variant),
      }),
    );
    expect(judged).toHaveLength(12);
    expect(removed).toHaveLength(3);
    expect(record.aborted).toMatchObject({ stage: 'gates', by: 'rule', problem: { check: 'CIS-4.1' } });
    expect(record.stages[5]?.parts.filter(({ state }) => state === 'pass')).toHaveLength(11);
  });

  test('that could not be heard waits for an operator: a stale database can be renewed', async () => {
    const started = await stage.start({
      runGate: async (order) => ({
        ...(await PASSING.runGate(order)),
        outcome: failing('VULN-DATABASE-AGE', 'not-run'),
      }),
    });
    const { waiting } = await waitUntil(started, ({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({
      stage: 'gates',
      problem: { code: 'not-run', check: 'VULN-DATABASE-AGE' },
    });
    await started.handle.terminate();
  });
});

describe('a release that fails after its tags moved', () => {
  test('puts back the record, the packages and the tags, newest first, and empties the quarantine', async () => {
    const undone: string[] = [];
    const record = await aborted(
      await stage.start({
        openPlan: async (order) => ({ ...(await PASSING.openPlan(order)), operatorWaitMs: 300 }),
        readTags: async ({ tags }) => ({ previous: tags.map((tag) => ({ tag, digest: null })) }),
        restoreTags: async ({ tags }) => {
          undone.push(tags.map(({ tag }) => tag).join(' '));
          return { left: [] };
        },
        restorePackages: async () => void undone.push('packages'),
        takeRecordOff: async () => void undone.push('record'),
        removeImage: async ({ place }) => void undone.push(place.variant),
        setCommitStatus: async ({ state }) => {
          if (state === 'success')
            throw ApplicationFailure.nonRetryable('the forge refuses', 'FND_PERMISSION');
          undone.push(state);
        },
      }),
    );
    expect(undone.slice(0, 4)).toEqual([
      `record-3.5.7-${record.commit.slice(0, 12)} record-3.5.7`,
      'record',
      'packages',
      '3.5.7 3.5.7-distroless 3.5.7-dev packages',
    ]);
    expect(undone.slice(4, 7).toSorted()).toEqual(['development', 'distroless', 'standard']);
    expect(undone[7]).toBe('failure');
    expect(record).toMatchObject({ state: 'aborted', images: [], aborted: { stage: 'publish' } });
  });

  test('does not put back what it never did: a refusal while verifying moves nothing', async () => {
    const record = await aborted(
      await stage.start({
        attestVerification: async () => {
          throw ApplicationFailure.nonRetryable('somebody else signed', 'FND_SIGNATURE_REFUSED');
        },
        restoreTags: async () => {
          throw new Error('never');
        },
      }),
    );
    expect(record.aborted?.compensations.map(({ what }) => what)).not.toContain('tags as they were');
    expect(record.aborted).toMatchObject({ stage: 'publish', problem: { code: 'FND_SIGNATURE_REFUSED' } });
  });
});

describe('a release whose policy asks for a person', () => {
  const askingFor = (operatorWaitMs: number): Parameters<Stage['start']>[0] => ({
    openPlan: async (order) => ({ ...(await PASSING.openPlan(order)), needsApproval: true, operatorWaitMs }),
  });

  test('is published once somebody approves, and the record says who', async () => {
    const started = await stage.start(askingFor(60_000));
    const { waiting } = await waitUntil(started, ({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({ stage: 'publish', problem: { code: 'approval' } });
    const retried = started.handle.executeUpdate(RETRY_UPDATE, { args: [{ by: 'me', reason: '' }] });
    await expect(retried).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await started.handle.executeUpdate(APPROVE_UPDATE, { args: [{ by: 'me', reason: 'change 7' }] });
    const record = ReleaseStatus.parse(await started.handle.result());
    expect(record).toMatchObject({ state: 'completed', approval: { by: 'me', reason: 'change 7' } });
  });

  test('is aborted when nobody approves in time', async () => {
    const record = await aborted(await stage.start(askingFor(300)));
    expect(record.aborted).toMatchObject({
      stage: 'publish',
      by: 'no-operator',
      problem: { code: 'approval' },
    });
  });

  test('takes no approval where none is asked for', async () => {
    const started = await stage.start({ ingest: async () => await untilCancelled() });
    await waitUntil(started, ({ stages }) => stages[1]?.state === 'running');
    const approved = started.handle.executeUpdate(APPROVE_UPDATE, { args: [{ by: 'me', reason: '' }] });
    await expect(approved).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await started.handle.terminate();
  });
});
