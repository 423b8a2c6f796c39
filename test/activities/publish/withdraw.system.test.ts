import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreTags } from '../../../activities/publish/tags.ts';
import {
  createWithdrawActivities,
  type WithdrawActivities,
} from '../../../activities/publish/withdraw-activities.ts';
import { createWithdrawalSigning, type WithdrawalSigning } from '../../../activities/sign/sign-withdrawal.ts';
import { whatIsWithdrawn } from '../../../client/withdraw/what-is-withdrawn.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pushArtifact } from '../../../adapters/registry/push-artifact.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { BUNDLE_MEDIA_TYPE } from '../../../adapters/sigstore/attach.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import type { RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import { newestRecordTag, recordTag } from '../../../domain/pins/identity.ts';
import { ReleaseStatus } from '../../../domain/release/status.ts';
import {
  WITHDRAW_WORKFLOW,
  type WithdrawalOrder,
  withdrawWorkflowId,
} from '../../../domain/withdrawal/contract.ts';
import { digestOf, putWith, signAll, statementAbout } from '../verify/released-image.ts';
import { SampleRelease } from '../verify/sample-release.ts';

/** The name that the evidence of the samples has, whatever the registry is really called. */
const NAMED = 'registry.example.com';
const PUBLISHED = 'openssl-fips';
const VERSION = '3.5.7';
const FIRST = 'c'.repeat(40);
const SECOND = 'd'.repeat(40);

let sample: SampleRelease;
let folder: string;
let store: ArtifactStore;
let registry: Registry;
let withdrawing: WithdrawActivities;
let first: OciDigest;
let second: OciDigest;

beforeAll(async () => {
  sample = await SampleRelease.make();
  folder = await mkdtemp(join(tmpdir(), 'foundry-withdraw-'));
  store = openDirectoryStore(join(folder, 'store'));
  registry = sample.stack.registry;
  withdrawing = createWithdrawActivities({
    store,
    registry: { ...registry, host: NAMED },
    repository: PUBLISHED,
    trust: sample.stack.trust,
    builder: 'embedded',
  });
  first = await release(sample.image, FIRST);
  // Of two signatures in one second nobody can say which is the newer.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  second = await release(sample.other, SECOND);
});
afterAll(async () => {
  await sample.stack.dispose();
  await rm(folder, { recursive: true });
});

/** Publishes a release of one image with its evidence and its record, and moves the tags to it. */
async function release(image: OciImage, commit: string): Promise<OciDigest> {
  const { stack } = sample;
  const evidence = Object.values(await signAll(stack, image));
  const digest = await putWith(stack, PUBLISHED, image, evidence);
  const status = ReleaseStatus.parse({
    schemaVersion: 1,
    version: VERSION,
    commit,
    state: 'completed',
    stages: [],
    images: [
      {
        variant: 'standard',
        platform: 'linux/amd64',
        registry: NAMED,
        repository: PUBLISHED,
        digest,
        tag: VERSION,
        attestations: evidence.map((bundle) => ({
          predicateType: 'any',
          suite: null,
          bundle: digestOf(bundle),
        })),
      },
    ],
    waiting: null,
    aborted: null,
  });
  const about = statementAbout(image, PREDICATE_TYPES.releaseRecord, status);
  const record = await stack.sign({ ...about, subject: about.subject.slice(0, 1) });
  const carrier = await pushArtifact(registry, PUBLISHED, {
    artifactType: BUNDLE_MEDIA_TYPE,
    layers: [{ mediaType: BUNDLE_MEDIA_TYPE, bytes: Buffer.from(JSON.stringify(record)) }],
    annotations: {},
  });
  await tag(recordTag({ version: VERSION, commit }), carrier);
  await tag(newestRecordTag(VERSION), carrier);
  await tag(VERSION, digest);
  return digest;
}

async function tag(name: string, digest: OciDigest): Promise<void> {
  const { mediaType, bytes } = await registry.getManifest(PUBLISHED, digest);
  await registry.putManifest(PUBLISHED, name, mediaType, bytes);
}

const order = (commit: string): WithdrawalOrder => ({
  version: VERSION,
  commit,
  variant: null,
  by: 'somebody',
  reason: 'a wrong key',
});

/** The signing worker, asked by a workflow of which the server has this history. */
function signing(run: Partial<RecordedRelease>): WithdrawalSigning {
  return createWithdrawalSigning({
    store,
    results: openDirectoryResults(join(folder, 'results')),
    registry,
    published: PUBLISHED,
    ...sample.stack.source,
    ...sample.stack.trust,
    readRun: async () => ({
      execution: { workflowId: withdrawWorkflowId(order(SECOND)), runId: 'run' },
      type: WITHDRAW_WORKFLOW,
      taskQueue: 'control',
      order: order(SECOND),
      startedAt: '2026-11-22T12:00:00.000Z',
      builds: [],
      activities: [],
      updates: [],
      ...run,
    }),
    report: () => undefined,
  });
}

async function refusalOf(digest: OciDigest): Promise<object> {
  const { commit: _, ...provenance } = sample.expected.provenance;
  return await sample.refusalOf({ registry, repository: PUBLISHED, digest }, { provenance });
}

describe('the signing worker', () => {
  test.each([
    ['a release asks', { type: 'release' }, 'of a release on control'],
    ['another queue asks', { taskQueue: 'publish' }, 'of a withdraw on publish'],
    ['the order is none', { order: { version: VERSION } }, 'of no withdrawal'],
    ['the order is of another id', { order: order(FIRST) }, `of the withdrawal withdraw-${VERSION}-${FIRST}`],
  ])('signs no withdrawal when %s', async (_, run, reason) => {
    await expect(signing(run).signWithdrawal()).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining(reason) as string,
    });
  });

  test('signs none of a release that was never published', async () => {
    const never = order('e'.repeat(40));
    const run = { order: never, execution: { workflowId: withdrawWorkflowId(never), runId: 'run' } };
    await expect(signing(run).signWithdrawal()).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
    expect(await refusalOf(second)).toMatchObject({ code: undefined });
  });
});

describe('what is meant by a word', () => {
  test.each(['standard', 'latest', VERSION, SECOND.slice(0, 8), `${NAMED}/${PUBLISHED}:${VERSION}`])(
    '%s is the newest release, or its image',
    async (word) => {
      const place = {
        registry: { ...registry, host: NAMED },
        repository: PUBLISHED,
        trust: sample.stack.trust,
      };
      expect(await whatIsWithdrawn(place, word)).toMatchObject({ version: VERSION, commit: SECOND });
    },
  );

  test('that names nothing published is refused', async () => {
    const place = {
      registry: { ...registry, host: NAMED },
      repository: PUBLISHED,
      trust: sample.stack.trust,
    };
    for (const word of ['ffffffff', './layout', `elsewhere.example/${PUBLISHED}:${VERSION}`])
      await expect(whatIsWithdrawn(place, word)).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });
});

describe('a release that is withdrawn', () => {
  test('is refused by its digest from then on, and its tags lead to the last good release', async () => {
    const plan = await withdrawing.planWithdrawal(order(SECOND));
    expect(plan.images).toEqual([{ variant: 'standard', platform: 'linux/amd64', digest: second }]);
    expect(plan.replacement).toBe(FIRST);

    const { bundle } = await signing({}).signWithdrawal();
    expect(await refusalOf(second)).toMatchObject({
      code: 'FND_WITHDRAWN',
      said: 'withdrawn by somebody on 2026-11-22T12:00:00.000Z: a wrong key',
    });
    expect(await signing({}).signWithdrawal()).toMatchObject({ bundle });

    expect(await restoreTags({ registry, repository: PUBLISHED }, plan.tags, plan.previous)).toEqual([]);
    expect(await registry.resolveTag(PUBLISHED, VERSION)).toBe(first);
    expect(await registry.resolveTag(PUBLISHED, newestRecordTag(VERSION))).toBe(
      await registry.resolveTag(PUBLISHED, recordTag({ version: VERSION, commit: FIRST })),
    );
    const stored = await withdrawing.storeWithdrawal({ ...order(SECOND), bundle });
    expect(await registry.resolveTag(PUBLISHED, `withdrawal-${VERSION}-${SECOND.slice(0, 12)}`)).toBe(
      stored.digest,
    );
    expect(await refusalOf(first)).toMatchObject({ code: undefined });
  });

  test('takes nothing in its place that was withdrawn itself: then the tags go', async () => {
    const its = order(FIRST);
    const run = { order: its, execution: { workflowId: withdrawWorkflowId(its), runId: 'run' } };
    await signing(run).signWithdrawal();
    for (const commit of [FIRST, SECOND]) {
      const { tags, previous, replacement } = await withdrawing.planWithdrawal(order(commit));
      expect([replacement, previous.map(({ digest }) => digest)]).toEqual([null, [null, null]]);
      await restoreTags({ registry, repository: PUBLISHED }, tags, previous);
    }
    const left = (await registry.listTags(PUBLISHED)).filter((one) => !one.startsWith('sha256-'));
    expect(left.toSorted()).toEqual([
      `record-${VERSION}-${FIRST.slice(0, 12)}`,
      `record-${VERSION}-${SECOND.slice(0, 12)}`,
      `withdrawal-${VERSION}-${SECOND.slice(0, 12)}`,
    ]);
  });
});
