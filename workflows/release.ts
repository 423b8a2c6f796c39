import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import { ABORTED_FAILURE } from '../domain/release/contract.ts';
import type { ReleaseInput } from '../domain/release/plan.ts';
import type { ReleaseStatus } from '../domain/release/status.ts';
import { auditPlan, ingest, openPlan } from './release/activities.ts';
import { construct, emptyQuarantine, type QuarantinedImage } from './release/construct.ts';
import { prove } from './release/evidence.ts';
import { passGates } from './release/gates.ts';
import { Operator } from './release/operator.ts';
import { problemOf } from './release/problem-of.ts';
import { publish } from './release/publish.ts';
import { ReleaseRun } from './release/release-run.ts';
import { runStage, type StageContext } from './release/run-stage.ts';
import { Saga } from './release/saga.ts';
import { selfTest } from './release/self-test.ts';
import { tellForge } from './release/tell-forge.ts';

/** How long a release waits for an operator before its commit has said how long. */
const WAIT_BEFORE_PLAN_MS = 12 * 3_600_000;

/**
 * One release: from a commit that pins everything to three published images that two builders agree on, that passed their self-tests and
 * gates, and that anybody can verify. Ends with the record, or fails as ABORTED_FAILURE with the record in its details when everything was taken back.
 */
export async function release(input: ReleaseInput): Promise<ReleaseStatus> {
  const run = new ReleaseRun(input);
  const saga = new Saga();
  const work = new CancellationScope();
  const operator = new Operator(run, work);
  let images: readonly QuarantinedImage[] = [];
  try {
    await work.run(async () => {
      const opening: StageContext = { run, operator, waitMs: WAIT_BEFORE_PLAN_MS };
      const plan = await runStage(opening, 'audit', async () => {
        const opened = await run.part(
          'audit',
          'plan',
          () => openPlan(input),
          () => `commit ${input.commit}`,
        );
        saga.beforeStep('commit status: failure', () => tellForge(input, 'failure'));
        await run.part(
          'audit',
          'infrastructure',
          () => auditPlan({ plan: opened.plan }),
          (outcome) => outcome,
        );
        return opened;
      });
      const context: StageContext = { run, operator, waitMs: plan.operatorWaitMs };
      await runStage(context, 'ingest', () =>
        run.part(
          'ingest',
          'pinned bytes',
          () => ingest({ plan: plan.plan, isRebuild: input.isRebuild }),
          (outcome) => outcome,
        ),
      );
      images = await runStage(context, 'construct', () => construct({ run, saga, input, plan }));
      await runStage(context, 'self-test', () => selfTest({ run, input, plan, images }));
      const proven = await runStage(context, 'evidence', () => prove({ run, images }));
      await runStage(context, 'gates', () => passGates({ run, images: proven }));
      await runStage(context, 'publish', () => publish({ run, saga, operator, input, plan, images: proven }));
    });
    const record = run.complete();
    await emptyQuarantine(images);
    return record;
  } catch (error) {
    throw await takeBack(error, { run, saga, operator });
  }
}

interface Ending {
  readonly run: ReleaseRun;
  readonly saga: Saga;
  readonly operator: Operator;
}

async function takeBack(error: unknown, { run, saga, operator }: Ending): Promise<ApplicationFailure> {
  const decision = operator.abort;
  const found = problemOf(error);
  const problem =
    decision === undefined ? found : { ...found, message: `${decision.by}: ${decision.reason}` };
  const by = whoEnded(error, operator);
  const { stage } = run;
  run.abort({ stage, by, problem, compensations: [] }, 'aborting');
  run.abort({ stage, by, problem, compensations: await saga.compensate() }, 'aborted');
  return ApplicationFailure.create({
    type: ABORTED_FAILURE,
    nonRetryable: true,
    message: `release aborted in ${stage} by ${by}: ${problem.message}`,
    details: [run.status],
  });
}

function whoEnded(error: unknown, operator: Operator): NonNullable<ReleaseStatus['aborted']>['by'] {
  if (isCancellation(error)) return operator.abort === undefined ? 'cancellation' : 'operator';
  return operator.isMissed ? 'no-operator' : 'rule';
}
