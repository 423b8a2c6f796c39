import type { ReleaseEntry } from '../../../client/release/release-entry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { tagOf } from '../../../domain/pins/identity.ts';
import { STAGES } from '../../../domain/release/stage.ts';
import { ReleaseStatus } from '../../../domain/release/status.ts';

/** Releases in the states that people see, as tests show them. */
export const COMMIT = '4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0';
export const STARTED = '2026-11-22T08:00:00.000Z';
const VERSION = '3.5.7';

type Stages = ReleaseStatus['stages'];
type Part = Stages[number]['parts'][number];

/** A status that Temporal could hold; it is parsed, so that tests speak of none that cannot be. */
export function statusOf(change: Partial<ReleaseStatus>): ReleaseStatus {
  return ReleaseStatus.parse({
    schemaVersion: 1,
    version: VERSION,
    commit: COMMIT,
    state: 'running',
    stages: STAGES.map((stage) => pending(stage)),
    images: [],
    waiting: null,
    aborted: null,
    ...change,
  });
}

/** The entry of a release in this status. */
export function entryOfStatus(status: ReleaseStatus, change: Partial<ReleaseEntry> = {}): ReleaseEntry {
  const isOver = status.state === 'completed' || status.state === 'aborted';
  return {
    id: `release-${status.version}-${status.commit}`,
    runId: '01a20261-482a-741e-aa0f-519c038dc497',
    version: status.version,
    commit: status.commit,
    state: status.state,
    stage: status.stages.findLast(({ state }) => state !== 'pending')?.stage ?? null,
    startedAt: STARTED,
    endedAt: isOver ? '2026-11-22T08:10:00.000Z' : null,
    seconds: 600,
    status,
    ...change,
  };
}

function pending(stage: Stages[number]['stage']): Stages[number] {
  return { stage, state: 'pending', attempts: 0, startedAt: null, seconds: null, parts: [] };
}

function part(name: string, change: Partial<Part> = {}): Part {
  return { name, state: 'pass', seconds: 12.34, detail: null, outcome: null, ...change };
}

/** What checks came to: `failed` are those that did not pass. */
function outcome(pass: number, failed: NonNullable<Part['outcome']>['failed'] = []): Part['outcome'] {
  const count = (verdict: string): number => failed.filter((check) => check.verdict === verdict).length;
  return {
    verdict: count('fail') > 0 ? 'fail' : failed.length > 0 ? 'not-run' : 'pass',
    counts: { pass, fail: count('fail'), 'not-run': count('not-run') },
    failed,
    evidence: { digest: sha256(String(pass)), size: 100, mediaType: 'application/json' },
  };
}

const AUDIT: Stages[number] = {
  stage: 'audit',
  state: 'pass',
  attempts: 1,
  startedAt: STARTED,
  seconds: 37.5,
  parts: [
    part('plan', { seconds: 2.2, detail: `commit ${COMMIT}` }),
    part('infrastructure', { seconds: 35.3, outcome: outcome(19) }),
  ],
};
const INGEST: Stages[number] = {
  stage: 'ingest',
  state: 'pass',
  attempts: 2,
  startedAt: '2026-11-22T08:00:37.500Z',
  seconds: 12.3,
  parts: [part('pinned bytes', { outcome: outcome(7) })],
};
const CONSTRUCT: Stages[number] = {
  stage: 'construct',
  state: 'running',
  attempts: 1,
  startedAt: '2026-11-22T08:00:50.000Z',
  seconds: null,
  parts: [
    part('provider by builder a (linux/amd64)', {
      seconds: 71.2,
      detail: 'built in 70 s, without a network',
    }),
    part('provider by builder b (linux/amd64)', { state: 'running', seconds: null }),
  ],
};

export const RUNNING = statusOf({ stages: [AUDIT, INGEST, CONSTRUCT, pending('self-test')] });

export const WAITING = statusOf({
  state: 'waiting',
  stages: [
    AUDIT,
    {
      ...INGEST,
      state: 'waiting',
      seconds: null,
      parts: [
        part('pinned bytes', {
          state: 'not-run',
          seconds: 3,
          detail: 'http://127.0.0.1:1/os gives no answer',
        }),
      ],
    },
    pending('construct'),
    pending('self-test'),
  ],
  waiting: {
    stage: 'ingest',
    problem: {
      code: 'FND_UNREACHABLE',
      message: 'http://127.0.0.1:1/os gives no answer',
      hint: 'See whether it is reachable from here.',
      check: null,
    },
    until: '2026-11-22T20:00:00.000Z',
  },
});

const KAT = {
  id: 'kat.SHA2-256',
  title: 'SHA2-256 known answer',
  verdict: 'fail',
  detail: 'expected 2cf24d…\nsaw 2cf24e…',
} as const;

export const ABORTED = statusOf({
  state: 'aborted',
  stages: [
    AUDIT,
    INGEST,
    { ...CONSTRUCT, state: 'pass', seconds: 420, parts: [] },
    {
      stage: 'self-test',
      state: 'fail',
      attempts: 1,
      startedAt: '2026-11-22T08:08:00.000Z',
      seconds: 61,
      parts: [part('standard (linux/amd64)', { state: 'fail', seconds: 60.5, outcome: outcome(61, [KAT]) })],
    },
  ],
  aborted: {
    stage: 'self-test',
    by: 'rule',
    problem: {
      code: 'verdict',
      message: 'kat.SHA2-256 fail: SHA2-256 known answer: expected 2cf24d…',
      hint: null,
      check: 'kat.SHA2-256',
    },
    compensations: [
      { what: 'standard (linux/amd64) taken out of quarantine', state: 'done', detail: null },
      {
        what: 'development (linux/amd64) taken out of quarantine',
        state: 'failed',
        detail: 'registry is down',
      },
    ],
  },
});

const digest = (variant: string): ReleaseStatus['images'][number]['digest'] => ociDigest(sha256(variant));

const passed = (stage: ReleaseStatus['stages'][number]['stage'], seconds: number) => ({
  ...pending(stage),
  state: 'pass' as const,
  attempts: 1,
  startedAt: '2026-11-22T08:09:01.000Z',
  seconds,
});

export const WAITING_FOR_APPROVAL = statusOf({
  state: 'waiting',
  stages: [
    AUDIT,
    INGEST,
    ...(['construct', 'self-test', 'evidence', 'gates'] as const).map((stage) => passed(stage, 20)),
    { ...passed('publish', 0), state: 'waiting', seconds: null },
  ],
  waiting: {
    stage: 'publish',
    problem: {
      code: 'approval',
      message: 'the policy of this commit publishes nothing without a person',
      hint: 'Look at the evidence, then approve it.',
      check: null,
    },
    until: '2026-11-22T20:00:03.000Z',
  },
});

export const COMPLETED = statusOf({
  state: 'completed',
  stages: [
    AUDIT,
    INGEST,
    { ...CONSTRUCT, state: 'pass', seconds: 420, parts: [] },
    {
      stage: 'self-test',
      state: 'pass',
      attempts: 1,
      startedAt: '2026-11-22T08:08:00.000Z',
      seconds: 61,
      parts: [part('standard (linux/amd64)', { seconds: 60.5, outcome: outcome(62) })],
    },
    passed('evidence', 4),
    {
      ...passed('gates', 9),
      parts: [part('vulnerabilities: standard (linux/amd64)', { seconds: 2, outcome: outcome(4) })],
    },
    passed('publish', 3),
  ],
  images: (['standard', 'distroless', 'development'] as const).map((variant) => ({
    variant,
    platform: 'linux/amd64',
    registry: '127.0.0.1:5000',
    repository: 'openssl-fips',
    digest: digest(variant),
    tag: tagOf(VERSION, variant),
    attestations: [],
  })),
});
