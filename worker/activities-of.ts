import { type AuditStage, createAuditStage } from '../activities/audit/audit-stage.ts';
import { rulesDigest } from '../activities/audit/rules-digest.ts';
import {
  type ConstructActivities,
  createConstructActivities,
} from '../activities/build/construct-activities.ts';
import { ingestDependencies } from '../activities/ingest/ingest-dependencies.ts';
import { createIngestStage, type IngestStage } from '../activities/ingest/ingest-stage.ts';
import { createPlanActivities, type PlanActivities } from '../activities/plan/open-plan.ts';
import {
  createQuarantineActivities,
  type QuarantineActivities,
} from '../activities/publish/quarantine-activities.ts';
import { createSelftestStage, type SelftestStage } from '../activities/selftest/selftest-stage.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { openRegistry } from '../adapters/registry/registry.ts';
import { toolDigest } from '../adapters/toolchain/tool-digest.ts';
import type { TaskQueue } from '../domain/release/contract.ts';
import { perCall } from './activity-call.ts';
import type { Resources } from './resources.ts';

type Activities = ReturnType<typeof perCall>;

/** The activities that a task queue stands for; none for workflows alone. */
export function activitiesOf(queue: TaskQueue, resources: Resources): Activities | undefined {
  if (queue === 'control') return undefined;
  if (queue === 'ingest') return ingestActivities(resources);
  if (queue === 'scan') return scanActivities(resources);
  if (queue === 'publish') return publishActivities(resources);
  return queue.startsWith('build-') ? buildActivities(resources) : selftestActivities(resources);
}

function ingestActivities({ store, memory, profile }: Resources): Activities {
  return {
    ...perCall<PlanActivities>(['openPlan'], async ({ signal }) =>
      createPlanActivities({ store, forge: await forgeOf(await profile(), signal) }),
    ),
    ...perCall<IngestStage>(['ingest'], async ({ report, signal }) =>
      createIngestStage(
        await ingestDependencies({ store, memory, profile: await profile(), report, signal }),
      ),
    ),
  };
}

function scanActivities({ store, results, tools }: Resources): Activities {
  const judge = async (): Promise<string> => `${await toolDigest(tools, 'kics')} ${await rulesDigest()}`;
  return perCall<AuditStage>(['auditPlan'], ({ report, signal }) =>
    createAuditStage({ store, results, judge, tools, report, signal }),
  );
}

function buildActivities({ store, results, tools, profile }: Resources): Activities {
  return perCall<ConstructActivities>(
    ['buildPackages', 'comparePackages', 'composeImage', 'compareImages', 'finishImage'],
    async ({ report, signal }) => {
      const { vendor, notice } = (await profile()).images;
      return createConstructActivities({
        store,
        results,
        tools,
        maker: { vendor, notice },
        toolDigest: (name) => toolDigest(tools, name),
        report,
        signal,
      });
    },
  );
}

function selftestActivities({ store }: Resources): Activities {
  return perCall<SelftestStage>(['selftestImage'], ({ report, signal }) =>
    createSelftestStage({ store, report, signal }),
  );
}

function publishActivities({ store, profile }: Resources): Activities {
  return perCall<QuarantineActivities>(['pushImage', 'removeImage'], async ({ signal }) => {
    const { registry, quarantine } = (await profile()).images;
    return createQuarantineActivities({ store, registry: openRegistry(registry, signal), quarantine });
  });
}
