import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ABORT_UPDATE, RETRY_UPDATE } from '../../domain/release/contract.ts';
import { BUILD_STEPS } from '../../activities/build/build-step.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { aborted } from './aborted.ts';
import { remembered, waitUntil } from './read-status.ts';
import { failing, PASSING, type Stage, startStage, untilCancelled } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

describe('a release in which everything passes', () => {
  test('goes through its stages in order and ends with three published images', async () => {
    const calls: string[] = [];
    const noting = Object.fromEntries(
      Object.entries(PASSING).map(([name, work]) => [
        name,
        async (order: never) => {
          calls.push(name);
          return await (work as (order: never) => Promise<unknown>)(order);
        },
      ]),
    );
    const started = await stage.start(noting);
    const record = ReleaseStatus.parse(await started.handle.result());

    expect(record).toMatchObject({ state: 'completed', commit: started.commit, aborted: null });
    expect(record.stages.map(({ stage: name, state }) => [name, state])).toEqual([
      ['audit', 'pass'],
      ['ingest', 'pass'],
      ['construct', 'pass'],
      ['self-test', 'pass'],
      ['evidence', 'pass'],
      ['gates', 'pass'],
      ['publish', 'pass'],
    ]);
    expect(new Set(record.images.map(({ tag }) => tag))).toEqual(
      new Set(['3.5.7', '3.5.7-dev', '3.5.7-distroless']),
    );
    for (const { repository, attestations } of record.images) {
      expect(repository).toBe('published');
      expect(attestations.map(({ predicateType }) => predicateType)).toEqual([
        PREDICATE_TYPES.sbom,
        PREDICATE_TYPES.provenance,
        PREDICATE_TYPES.testResult,
        PREDICATE_TYPES.vulnerabilities,
        PREDICATE_TYPES.testResult,
        PREDICATE_TYPES.verificationSummary,
      ]);
    }
    const firsts = [...new Set(calls)];
    expect(firsts).toEqual([
      'openPlan',
      'auditPlan',
      'ingest',
      'buildPackages',
      'comparePackages',
      'composeImage',
      'compareImages',
      'finishImage',
      'pushImage',
      'selftestImage',
      'attestBuild',
      'submitDependencies',
      'runGate',
      'attestGates',
      'attestVerification',
      'signPackages',
      'stagePackages',
      'promoteImages',
      'readTags',
      'moveTags',
      'readPackages',
      'switchPackages',
      'verifyPublished',
      'signRecord',
      'storeRecord',
      'setCommitStatus',
      'removeImage',
    ]);
    expect(calls.filter((name) => name === 'runGate')).toHaveLength(12);
    expect(calls.filter((name) => name === 'buildPackages')).toHaveLength(2 * BUILD_STEPS.length);
    expect(calls.filter((name) => name === 'composeImage')).toHaveLength(6);
    expect(await remembered(started)).toEqual(record);
  });

  test('can be found by its commit, stage and verdict', async () => {
    const started = await stage.start({});
    await started.handle.result();
    const query = `ReleaseStage = 'publish' AND ReleaseVerdict = 'completed' AND WorkflowId = '${started.workflowId}'`;
    const found: string[] = [];
    for (let tries = 0; tries < 100 && found.length === 0; tries += 1) {
      for await (const { workflowId } of stage.client.workflow.list({ query })) found.push(workflowId);
      await sleep(50);
    }
    expect(found).toEqual([started.workflowId]);
  });
});

describe('a verdict against a release', () => {
  test('of the audit ends it before anything is ingested', async () => {
    let ingested = false;
    const record = await aborted(
      await stage.start({
        auditPlan: async () => failing('KICS-PRIVILEGED'),
        ingest: async () => {
          ingested = true;
          return failing('never');
        },
      }),
    );
    expect(ingested).toBe(false);
    expect(record.aborted).toMatchObject({
      stage: 'audit',
      by: 'rule',
      problem: { code: 'verdict', check: 'KICS-PRIVILEGED' },
      compensations: [{ what: 'commit status: failure', state: 'done' }],
    });
  });

  test('of the self-tests empties the quarantine, newest first, and asks nobody', async () => {
    const pushed: string[] = [];
    const removed: string[] = [];
    const record = await aborted(
      await stage.start({
        pushImage: async (order) => {
          pushed.push(order.place.variant);
          return await PASSING.pushImage(order);
        },
        removeImage: async ({ place }) => void removed.push(place.variant),
        selftestImage: async ({ variant }) =>
          variant === 'distroless' ? failing('FIPS-KAT-001') : await untilCancelled(),
      }),
    );
    expect(record).toMatchObject({ state: 'aborted', images: [] });
    expect(record.aborted).toMatchObject({
      stage: 'self-test',
      by: 'rule',
      problem: { check: 'FIPS-KAT-001' },
    });
    expect(removed.toSorted()).toEqual(pushed.toSorted());
    expect(removed).toHaveLength(3);
    expect(record.aborted?.compensations.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('of two builders ends it before any image is composed', async () => {
    const record = await aborted(
      await stage.start({
        comparePackages: async () => failing('CONSTRUCT-EQUAL'),
        composeImage: async () => {
          throw new Error('never');
        },
      }),
    );
    expect(record.aborted).toMatchObject({ stage: 'construct', problem: { check: 'CONSTRUCT-EQUAL' } });
  });
});

describe('a refusal', () => {
  test.each(['FND_DIGEST_MISMATCH', 'FND_SIGNATURE_REFUSED', 'FND_NOT_CERTIFIED', 'FND_UNPINNED'])(
    '%s ends it at once, tried once',
    async (type) => {
      let tries = 0;
      const record = await aborted(
        await stage.start({
          ingest: async () => {
            tries += 1;
            throw ApplicationFailure.create({ type, message: 'refused', nonRetryable: true });
          },
        }),
      );
      expect(tries).toBe(1);
      expect(record.aborted).toMatchObject({ stage: 'ingest', problem: { code: type, message: 'refused' } });
    },
  );
});

describe('something outside that is not well', () => {
  const broken = (): never => {
    throw ApplicationFailure.create({
      type: 'FND_TOOL_FAILED',
      message: 'the tool broke',
      nonRetryable: true,
      details: [{ hint: 'mend it', check: null }],
    });
  };

  test('makes the release wait for an operator, whose retry lets it go on', async () => {
    let isMended = false;
    const started = await stage.start({
      ingest: async (order) => (isMended ? PASSING.ingest(order) : broken()),
    });
    const status = await waitUntil(started, ({ state }) => state === 'waiting');
    expect(status.waiting).toMatchObject({
      stage: 'ingest',
      problem: { code: 'FND_TOOL_FAILED', message: 'the tool broke', hint: 'mend it' },
    });
    isMended = true;
    await started.handle.executeUpdate(RETRY_UPDATE, { args: [{ by: 'me', reason: 'mended' }] });
    const record = ReleaseStatus.parse(await started.handle.result());
    expect(record.stages[1]).toMatchObject({ stage: 'ingest', state: 'pass', attempts: 2 });
  });

  test('ends the release when no operator comes in the time of the policy', async () => {
    const record = await aborted(
      await stage.start({
        openPlan: async (order) => ({ ...(await PASSING.openPlan(order)), operatorWaitMs: 300 }),
        ingest: async () => broken(),
      }),
    );
    expect(record.aborted).toMatchObject({ stage: 'ingest', by: 'no-operator' });
  });

  test('is aborted by an operator with a reason; a retry after that is refused with words', async () => {
    const started = await stage.start({ ingest: async () => broken() });
    await waitUntil(started, ({ state }) => state === 'waiting');
    await started.handle.executeUpdate(ABORT_UPDATE, { args: [{ by: 'me', reason: 'not today' }] });
    const record = await aborted(started);
    expect(record.aborted).toMatchObject({
      by: 'operator',
      stage: 'ingest',
      problem: { message: 'me: not today' },
    });
  });

  test('a compensation that fails is said, and the others still run', async () => {
    const record = await aborted(
      await stage.start({
        selftestImage: async () => failing('FIPS-POST-001'),
        removeImage: async ({ place }) => {
          if (place.variant === 'standard')
            throw ApplicationFailure.nonRetryable('the registry refuses', 'FND_PERMISSION');
        },
      }),
    );
    const states = record.aborted?.compensations.map(({ what, state, detail }) => [what, state, detail]);
    expect(states).toContainEqual([
      'standard (linux/amd64) taken out of quarantine',
      'failed',
      'the registry refuses',
    ]);
    expect(states?.filter(([, state]) => state === 'done')).toHaveLength(3);
  });
});

describe('an operator', () => {
  test('aborts a release in the middle of its work', async () => {
    let isUnderWay = false;
    const started = await stage.start({
      ingest: async () => {
        isUnderWay = true;
        return await untilCancelled();
      },
    });
    await waitUntil(started, ({ stages }) => stages[1]?.state === 'running');
    await vi.waitUntil(() => isUnderWay, { timeout: 10_000 });
    await started.handle.executeUpdate(ABORT_UPDATE, { args: [{ by: 'me', reason: 'stop' }] });
    expect((await waitUntil(started, ({ state }) => state !== 'running')).aborted).toMatchObject({
      by: 'operator',
    });
  });

  test('cannot retry what does not wait', async () => {
    const started = await stage.start({ ingest: async () => await untilCancelled() });
    await waitUntil(started, ({ stages }) => stages[1]?.state === 'running');
    const refused = started.handle.executeUpdate(RETRY_UPDATE, { args: [{ by: 'me', reason: '' }] });
    await expect(refused).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await started.handle.terminate();
  });
});

test('a cancelled workflow takes back what it did, too', async () => {
  const removed: string[] = [];
  const started = await stage.start({
    removeImage: async ({ place }) => void removed.push(place.variant),
    selftestImage: async () => await untilCancelled(),
  });
  await waitUntil(started, ({ stages }) => stages[3]?.state === 'running');
  await started.handle.cancel();
  const status = await waitUntil(started, ({ state }) => state === 'aborted');
  expect(status.aborted).toMatchObject({ by: 'cancellation', stage: 'self-test' });
  expect(removed).toHaveLength(3);
});
