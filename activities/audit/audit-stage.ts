import type { Artifact } from '../../domain/artifact.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import { isInfrastructure } from '../plan/plan-files.ts';
import { readPlan } from '../plan/read-plan.ts';
import { type AuditDependencies, createAuditActivities } from './audit-activities.ts';

/** Stage 0 of a release. */
export interface AuditStage {
  /** Audits the infrastructure of a plan by the policy of its pins. Throws what `audit` and reading a plan throw. */
  readonly auditPlan: (order: { readonly plan: Artifact }) => Promise<StageOutcome>;
}

/** The activity with what it works on. */
export function createAuditStage(dependencies: AuditDependencies): AuditStage {
  const { audit } = createAuditActivities(dependencies);
  return {
    async auditPlan(order) {
      const { plan, versions } = await readPlan(dependencies.store, order.plan);
      const infrastructure = Object.fromEntries(
        Object.entries(plan.files).filter(([path]) => isInfrastructure(path)),
      );
      const { severity } = versions.policy.audit;
      return await audit({ infrastructure, severity, waivers: versions.waiver.audit ?? {} });
    },
  };
}
