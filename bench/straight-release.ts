import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { AuditStage } from '../activities/audit/audit-stage.ts';
import type { ConstructActivities } from '../activities/build/construct-activities.ts';
import { BUILD_STEPS, type BuildStep } from '../activities/build/build-step.ts';
import type { StoredPackage } from '../activities/build/stored-artifacts.ts';
import { concurrently } from '../activities/concurrently.ts';
import type { IngestStage } from '../activities/ingest/ingest-stage.ts';
import type { PlanActivities } from '../activities/plan/open-plan.ts';
import type { QuarantineActivities } from '../activities/publish/quarantine-activities.ts';
import type { SelftestStage } from '../activities/selftest/selftest-stage.ts';
import type { Variant } from '../domain/pins/variant.ts';
import type { ReleaseInput } from '../domain/release/plan.ts';
import { activitiesOf } from '../worker/activities-of.ts';
import type { Resources } from '../worker/resources.ts';

type All = PlanActivities &
  AuditStage &
  IngestStage &
  ConstructActivities &
  QuarantineActivities &
  SelftestStage;

const QUEUES = ['ingest', 'scan', 'build-amd64', 'selftest-amd64', 'publish'] as const;
const PLATFORM = 'linux/amd64';
/** What activities report is nobody's here. */
const QUIET = new DefaultLogger('WARN');
/** As many at once as a build worker on two cores does. */
const AT_ONCE = 2;

/**
 * The same work as a release, as a straight script: no workflow, no server, no retries, nothing that could go on after an interruption.
 * What is left is the tools. Throws what an activity throws.
 */
export async function straightRelease(resources: Resources, input: ReleaseInput): Promise<void> {
  const all = Object.assign({}, ...QUEUES.map((queue) => activitiesOf(queue, resources))) as All;
  const call = async <K extends keyof All>(
    name: K,
    order: Parameters<All[K]>[0],
  ): Promise<Awaited<ReturnType<All[K]>>> =>
    (await new MockActivityEnvironment({}, { logger: QUIET }).run<
      [unknown],
      unknown,
      (order: unknown) => Promise<unknown>
    >(all[name] as (order: unknown) => Promise<unknown>, order)) as Awaited<ReturnType<All[K]>>;

  const { plan, variants } = await call('openPlan', input);
  await call('auditPlan', { plan });
  await call('ingest', { plan, isRebuild: false });
  const own: StoredPackage[] = [];
  const build = async (
    step: BuildStep,
    built: readonly StoredPackage[],
  ): Promise<readonly StoredPackage[]> => {
    const made = new Map<string, readonly StoredPackage[]>();
    await concurrently(['a', 'b'] as const, AT_ONCE, async (builder) => {
      const order = { plan, platform: PLATFORM, builder, step, built, isRebuild: false } as const;
      made.set(builder, (await call('buildPackages', order)).packages);
    });
    await call('comparePackages', { a: made.get('a') ?? [], b: made.get('b') ?? [] });
    return made.get('a') ?? [];
  };
  const core: StoredPackage[] = [];
  const withThem: Partial<Record<BuildStep, readonly StoredPackage[]>> = { configuration: own, suite: core };
  for (const step of BUILD_STEPS) {
    const made = await build(step, withThem[step] ?? []);
    if (step === 'core') core.push(...made);
    own.push(...made);
  }
  await concurrently(variants, AT_ONCE, async (variant: Variant) => {
    const order = { plan, platform: PLATFORM, variant, own, isRebuild: false } as const;
    const a = await call('composeImage', { ...order, builder: 'a' });
    const b = await call('composeImage', { ...order, builder: 'b' });
    await call('compareImages', { a, b, variant });
    const { image } = await call('finishImage', { ...order, image: a });
    if (image === null) throw new Error(`${variant} did not pass`);
    const place = { run: 'straight', variant };
    await call('pushImage', { image, place });
    await call('selftestImage', { plan, platform: PLATFORM, variant, image, own, isRebuild: false });
    await call('removeImage', { image, place });
  });
}
