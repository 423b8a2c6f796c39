import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type StageOutcome, WholeOutcome } from '../../domain/release/check.ts';
import { isInfrastructure } from '../plan/plan-files.ts';
import { readPlan } from '../plan/read-plan.ts';
import { dayOf, reuseOr } from '../artifacts/reuse.ts';
import { type AuditDependencies, createAuditActivities } from './audit-activities.ts';

/** Stage 0 of a release. */
export interface AuditStage {
  /** Audits the infrastructure of a plan by the policy of its pins; what the same judge has judged on the same day stands. Throws what `audit` and reading a plan throw. */
  readonly auditPlan: (order: { readonly plan: Artifact }) => Promise<StageOutcome>;
}

/** What the stage needs from whoever runs it. */
export interface AuditStageDependencies extends AuditDependencies {
  readonly results: ResultIndex;
  /** Names the judge: the digest of KICS with its queries, and of our own rules. Another judge judges anew. */
  readonly judge: () => Promise<string>;
}

/** The activity with what it works on. */
export function createAuditStage(dependencies: AuditStageDependencies): AuditStage {
  const { audit } = createAuditActivities(dependencies);
  const { store, results, judge, now = () => new Date() } = dependencies;
  return {
    async auditPlan(order) {
      const { plan, versions } = await readPlan(store, order.plan);
      const infrastructure = Object.fromEntries(
        Object.entries(plan.files).filter(([path]) => isInfrastructure(path)),
      );
      const { severity } = versions.policy.audit;
      const asked = { infrastructure, severity, waivers: versions.waiver.audit ?? {} };
      const inputs = { format: 1, ...asked, day: dayOf(now()), judge: await judge() };
      const reuse = { store, results, isRebuild: false };
      return (await reuseOr<StageOutcome>(reuse, inputs, WholeOutcome, () => audit(asked))).result;
    },
  };
}
