import { sourcesDigest } from '../activities/artifacts/sources-digest.ts';
import { type AuditStage, createAuditStage } from '../activities/audit/audit-stage.ts';
import {
  type ConstructActivities,
  createConstructActivities,
} from '../activities/build/construct-activities.ts';
import {
  createDependencyGraphActivities,
  type DependencyGraphActivities,
} from '../activities/evidence/dependency-graph/submit-dependencies.ts';
import { createGateActivities, type GateActivities } from '../activities/gates/gate-activities.ts';
import { createPackageActivities, type PackageActivities } from '../activities/publish/package-activities.ts';
import { createPublishActivities, type PublishActivities } from '../activities/publish/publish-activities.ts';
import {
  createQuarantineActivities,
  type QuarantineActivities,
} from '../activities/publish/quarantine-activities.ts';
import { type ConsumerActivities, createConsumerActivities } from '../activities/publish/verify-published.ts';
import {
  createWithdrawActivities,
  type WithdrawActivities,
} from '../activities/publish/withdraw-activities.ts';
import { createSelftestStage, type SelftestStage } from '../activities/selftest/selftest-stage.ts';
import { downloadOf } from '../adapters/profile/download-of.ts';
import { readOwnTrustedRoot } from '../adapters/profile/profile.ts';
import { githubOf } from '../adapters/profile/github-of.ts';
import { registriesOf } from '../adapters/profile/registries-of.ts';
import { toolDigest } from '../adapters/toolchain/tool-digest.ts';
import type { TaskQueue } from '../domain/release/contract.ts';
import { perCall } from './activity-call.ts';
import { controlActivities } from './control.ts';
import { ingestActivities } from './ingest.ts';
import type { Resources } from './resources.ts';
import { signActivities } from './sign.ts';
import { tellActivities, watchActivities } from './watch.ts';

type Activities = ReturnType<typeof perCall>;

/** The activities that a task queue stands for. */
export function activitiesOf(queue: TaskQueue, resources: Resources): Activities {
  if (queue === 'control') return controlActivities();
  if (queue === 'ingest') return ingestActivities(resources);
  if (queue === 'scan') return scanActivities(resources);
  if (queue === 'publish') return publishActivities(resources);
  if (queue === 'sign') return signActivities(resources);
  return queue.startsWith('build-') ? buildActivities(resources) : selftestActivities(resources);
}

function scanActivities(resources: Resources): Activities {
  const { store, results, tools, profile, databases } = resources;
  const judge = async (): Promise<string> =>
    `${await toolDigest(tools, 'kics')} ${await sourcesDigest('activities/audit', 'adapters/kics')}`;
  return {
    ...perCall<AuditStage>(['auditPlan'], ({ report, signal }) =>
      createAuditStage({ store, results, judge, tools, report, signal }),
    ),
    ...perCall<GateActivities>(['runGate'], async ({ report, signal }) => {
      const now = await profile();
      return createGateActivities({
        store,
        results,
        tools,
        toolDigest: (name) => toolDigest(tools, name),
        openRegistry: registriesOf(now, signal),
        download: downloadOf(now),
        profile: now,
        cache: databases,
        report,
        signal,
      });
    }),
    ...watchActivities(resources),
  };
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

function selftestActivities({ store, results }: Resources): Activities {
  return perCall<SelftestStage>(['selftestImage'], ({ report, signal }) =>
    createSelftestStage({ store, results, report, signal }),
  );
}

function publishActivities(resources: Resources): Activities {
  const { store, profile, packages } = resources;
  const inRegistry = async (signal: AbortSignal) => {
    const now = await profile();
    const { registry, quarantine, published } = now.images;
    return { store, registry: registriesOf(now, signal)(registry), quarantine, published };
  };
  return {
    ...perCall<QuarantineActivities>(['joinImages', 'pushImage', 'removeImage'], async ({ signal }) =>
      createQuarantineActivities(await inRegistry(signal)),
    ),
    ...perCall<PublishActivities>(
      [
        'promoteImages',
        'readTags',
        'moveTags',
        'restoreTags',
        'storeRecord',
        'takeRecordOff',
        'setCommitStatus',
      ],
      async ({ report, signal }) =>
        createPublishActivities({
          ...(await inRegistry(signal)),
          github: await githubOf(await profile(), signal),
          report,
        }),
    ),
    ...perCall<PackageActivities>(
      ['stagePackages', 'readPackages', 'switchPackages', 'restorePackages'],
      async ({ report, signal }) =>
        createPackageActivities({ ...(await inRegistry(signal)), folder: packages, report }),
    ),
    ...perCall<ConsumerActivities>(['verifyPublished'], async ({ signal }) => {
      const now = await profile();
      const { identity, issuer, builder } = now.signing;
      return createConsumerActivities({
        ...(await inRegistry(signal)),
        trust: { trustedRoot: await readOwnTrustedRoot(now), identity: { san: identity, issuer } },
        builder,
      });
    }),
    ...perCall<WithdrawActivities>(['planWithdrawal', 'storeWithdrawal'], async ({ signal }) => {
      const now = await profile();
      const { identity, issuer, builder } = now.signing;
      const { published: repository, ...place } = await inRegistry(signal);
      return createWithdrawActivities({
        ...place,
        repository,
        trust: { trustedRoot: await readOwnTrustedRoot(now), identity: { san: identity, issuer } },
        builder,
      });
    }),
    ...perCall<DependencyGraphActivities>(['submitDependencies'], async ({ signal }) => {
      const now = await profile();
      return createDependencyGraphActivities({
        store,
        github: await githubOf(now, signal),
        branch: now.forge.branch,
        now: () => new Date(),
      });
    }),
    ...tellActivities(resources),
  };
}
