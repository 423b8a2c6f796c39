import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageInQuarantine } from '../../../activities/artifacts/image-in-quarantine.ts';
import {
  createSignActivities,
  type SignActivities,
  type SignDependencies,
} from '../../../activities/sign/sign-activities.ts';
import { createWithdrawalSigning, type WithdrawalSigning } from '../../../activities/sign/sign-withdrawal.ts';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { openDirectoryResults, type ResultIndex } from '../../../adapters/results/result-index.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import type { Statement } from '../../../adapters/sigstore/statement.ts';
import { type TokenSource, tokenSource } from '../../../adapters/sigstore/token-source.ts';
import { type ExpectedIdentity, verifyBundle } from '../../../adapters/sigstore/verify.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import { ociDigest, parseSha256, type Sha256 } from '../../../domain/digest.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { SERVICE_GROUPS } from '../../../services/embedded/names.ts';
import { startEmbedded } from '../../../services/embedded/start-embedded.ts';
import { servicePaths } from '../../../services/service-paths.ts';
import {
  identityFile,
  registerIdentity,
  subjectAlternativeName,
} from '../../../services/sigstore/identities.ts';
import {
  WITHDRAW_WORKFLOW,
  type WithdrawalOrder,
  withdrawWorkflowId,
} from '../../../domain/withdrawal/contract.ts';
import { pushJoined } from '../../adapters/oci-layout/platform-images.ts';
import { createTestStack } from '../../services/stack.ts';
import { makeSampleRelease, MAKER, type SampleRelease } from './sample-release.ts';
import { attested } from './sample-work.ts';

export const PUBLISHED = 'openssl-fips';
const WORKFLOW = { workflow: '.github/workflows/release.yml', ref: 'refs/heads/main' };

/** A result index in which nothing is found. */
export const NO_RESULTS: ResultIndex = {
  find: () => Promise.resolve(undefined),
  record: () => Promise.resolve(),
};

/** A Sigstore and a registry of a test's own, and the activities that sign with them. */
export interface SigningWorld {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  readonly trustedRoot: unknown;
  readonly identity: ExpectedIdentity;
  /** The tokens of who is registered under a name: `foundry`, or a `stranger`. */
  tokens(name: 'foundry' | 'stranger'): TokenSource;
  /** A release whose image lies in a repository of its own. */
  sampleIn(
    where?: Registry,
    wish?: { readonly isStated?: boolean; readonly platforms?: readonly Platform[] },
  ): Promise<SampleRelease>;
  /** A release of which everything is signed before its verification. */
  attestedSample(wish?: {
    readonly isStated?: boolean;
  }): Promise<SampleRelease & { readonly attestations: Attestation[] }>;
  /** The activities, asked by a release. */
  signing(release: RecordedRelease, changes?: Partial<SignDependencies>): SignActivities;
  /** The signing of withdrawals, asked by a workflow for this order. */
  withdrawing(order: WithdrawalOrder): WithdrawalSigning;
  /** What is attached to the index of an image, or to another part of it, verified, by the digest of its bundle. */
  statementsOn(image: ImageInQuarantine, part?: 'index' | 'manifest'): Promise<Map<Sha256, Statement>>;
  dispose(): Promise<void>;
}

/** Starts a {@link SigningWorld}. */
export async function startSigningWorld(): Promise<SigningWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-sign-'));
  const store = openDirectoryStore(join(folder, 'store'));
  const stack = await createTestStack();
  const { endpoints } = await startEmbedded({
    ...stack,
    only: ['registry', ...(SERVICE_GROUPS['sigstore'] ?? [])],
  });
  const { sigstore } = endpoints;
  if (sigstore === null || endpoints.registry === null) throw new Error('the stack is not complete');
  const registry = createRegistry({ host: endpoints.registry.host, plainHttp: true });
  const trustedRoot = JSON.parse(await readFile(sigstore.trustedRoot, 'utf8')) as unknown;
  const { identities } = servicePaths(stack.directories);
  const ours = { name: 'foundry', repository: 'foundry/wolfi-openssl-fips', ...WORKFLOW };
  await registerIdentity(identities, ours);
  await registerIdentity(identities, { name: 'stranger', repository: 'stranger/images', ...WORKFLOW });
  const identity = { issuer: sigstore.oidc, san: subjectAlternativeName(ours) };
  let places = 0;
  const world: SigningWorld = {
    store,
    registry,
    trustedRoot,
    identity,
    tokens: (name) => tokenSource(sigstore.oidc, { file: identityFile(identities, name), environment: {} }),
    async sampleIn(where = registry, wish = {}) {
      places += 1;
      const repository = `quarantine/place-${places}/standard`;
      const sample = await makeSampleRelease(store, { ...wish, registry: where.host, repository });
      await pushJoined(
        where,
        repository,
        sample.images.map(({ bytes }) => bytes),
      );
      return sample;
    },
    async attestedSample(wish) {
      const sample = await world.sampleIn(registry, wish);
      const { image } = sample;
      const { attestBuild, attestGates } = world.signing(sample.release);
      const [built, gates] = [await attestBuild(image), await attestGates(image)];
      const first = attested(sample.release, 'attestBuild', image, built.attestations);
      const release = attested(first, 'attestGates', image, gates.attestations);
      return { ...sample, release, attestations: [...built.attestations, ...gates.attestations] };
    },
    signing: (release, changes = {}) =>
      createSignActivities({
        store,
        results: openDirectoryResults(join(folder, 'results')),
        registry,
        published: PUBLISHED,
        maker: MAKER,
        builder: 'embedded',
        tools: () =>
          Promise.resolve([
            { name: 'melange', version: 'v0.1.0', sha256: parseSha256('d'.repeat(64), 'tool') },
          ]),
        services: sigstore,
        getToken: world.tokens('foundry'),
        trustedRoot,
        identity,
        readRelease: () => Promise.resolve(release),
        now: () => new Date('2026-11-22T12:30:00Z'),
        report: () => undefined,
        ...changes,
      }),
    withdrawing: (order) =>
      createWithdrawalSigning({
        store,
        results: openDirectoryResults(join(folder, 'results')),
        registry,
        published: PUBLISHED,
        services: sigstore,
        getToken: world.tokens('foundry'),
        trustedRoot,
        identity,
        readRun: () =>
          Promise.resolve({
            execution: { workflowId: withdrawWorkflowId(order), runId: 'run' },
            type: WITHDRAW_WORKFLOW,
            taskQueue: 'control',
            order,
            startedAt: '2026-11-22T12:45:00.000Z',
            builds: [],
            activities: [],
            updates: [],
          }),
        report: () => undefined,
      }),
    async statementsOn({ image, place }, part = 'index') {
      const subjectDigest = image[part].digest;
      const attachedTo = { registry, repository: place.repository, digest: ociDigest(subjectDigest) };
      const statements = new Map<Sha256, Statement>();
      for (const { bundle, digest, predicateType = '' } of await readAttachedBundles(attachedTo)) {
        statements.set(digest, verifyBundle(bundle, trustedRoot, { identity, subjectDigest, predicateType }));
      }
      return statements;
    },
    async dispose() {
      await stack.dispose();
      await rm(folder, { recursive: true });
    },
  };
  return world;
}
