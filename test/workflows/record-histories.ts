import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/activity';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { ABORT_UPDATE, APPROVE_UPDATE, RETRY_UPDATE } from '../../domain/release/contract.ts';
import { portableHistory } from './portable-history.ts';
import { waitUntil } from './read-status.ts';
import { FLOWS } from './record-flows.ts';
import { type AllActivities, failing, PASSING, type Stage, startStage, type Started } from './stage.ts';

/** Where histories of earlier code are kept; the replay test runs today's code over each of them. */
export const HISTORIES = fileURLToPath(new URL('../golden/histories', import.meta.url));

interface Scenario {
  readonly activities: () => Partial<AllActivities>;
  readonly operate?: (started: Started) => Promise<void>;
}

const broken = (): never => {
  throw ApplicationFailure.create({ type: 'FND_TOOL_FAILED', message: 'broken', nonRetryable: true });
};

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  completed: { activities: () => ({}) },
  'self-test-failed': { activities: () => ({ selftestImage: async () => failing('FIPS-KAT-001') }) },
  'gate-failed': {
    activities: () => ({
      runGate: async (order) =>
        order.gate === 'cis-docker'
          ? { ...(await PASSING.runGate(order)), outcome: failing('CIS-4.1') }
          : PASSING.runGate(order),
    }),
  },
  'approved-then-taken-back': {
    activities: () => ({
      openPlan: async (order) => ({ ...(await PASSING.openPlan(order)), needsApproval: true }),
      verifyPublished: async () => failing('attached.sbom'),
    }),
    operate: async (started) => {
      await waitUntil(started, ({ state }) => state === 'waiting');
      await started.handle.executeUpdate(APPROVE_UPDATE, { args: [{ by: 'me', reason: 'change 7' }] });
    },
  },
  'retried-by-operator': {
    activities: () => {
      let tries = 0;
      return { ingest: async (order) => ((tries += 1) === 1 ? broken() : PASSING.ingest(order)) };
    },
    operate: async (started) => {
      await waitUntil(started, ({ state }) => state === 'waiting');
      await started.handle.executeUpdate(RETRY_UPDATE, { args: [{ by: 'me', reason: 'mended' }] });
    },
  },
  'aborted-by-operator': {
    activities: () => ({ ingest: async () => broken() }),
    operate: async (started) => {
      await waitUntil(started, ({ state }) => state === 'waiting');
      await started.handle.executeUpdate(ABORT_UPDATE, { args: [{ by: 'me', reason: 'not today' }] });
    },
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await record(process.argv.slice(2));

/** Records what is named: names of FLOWS, or `release` for all histories of releases and their images; everything when nothing is. */
async function record(named: readonly string[]): Promise<void> {
  const isWanted = (name: string): boolean => named.length === 0 || named.includes(name);
  const stage = await startStage();
  try {
    await mkdir(HISTORIES, { recursive: true });
    if (isWanted('release')) await recordReleases(stage);
    for (const [name, run] of Object.entries(FLOWS)) {
      if (isWanted(name)) await write(`${name}.json`, await (await run(stage)).fetchHistory());
    }
  } finally {
    await stage.dispose();
  }
}

async function recordReleases(stage: Stage): Promise<void> {
  for (const [name, { activities, operate }] of Object.entries(SCENARIOS)) {
    const started = await stage.start(activities());
    await operate?.(started);
    await started.handle.result().catch(() => undefined);
    await write(`release-${name}.json`, await started.handle.fetchHistory());
  }
  const child = stage.client.workflow.getHandle((await firstChild(stage.client)) ?? '');
  await write('construct-image.json', await child.fetchHistory());
}

async function write(name: string, history: Parameters<typeof historyToJSON>[0]): Promise<void> {
  await writeFileAtomic(join(HISTORIES, name), `${portableHistory(historyToJSON(history))}\n`);
}

async function firstChild(
  client: Awaited<ReturnType<typeof startStage>>['client'],
): Promise<string | undefined> {
  for await (const { workflowId } of client.workflow.list({ query: "WorkflowType = 'constructImage'" }))
    return workflowId;
  return undefined;
}
