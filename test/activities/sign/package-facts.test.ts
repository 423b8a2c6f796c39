import { describe, expect, test } from 'vitest';
import { packageFacts } from '../../../activities/sign/package-facts.ts';
import type { StoredPackage } from '../../../activities/build/stored-artifacts.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { sha256 } from '../../../domain/digest.ts';
import { done, MOMENT } from './sample-work.ts';

const INPUT = { version: '3.5.7', commit: 'a'.repeat(40), isRebuild: false };
const EXECUTION = { workflowId: `release-3.5.7-${INPUT.commit}`, runId: 'run' };
const PLAN = artifact('plan');
const FROM = { plan: PLAN, platform: 'linux/amd64' } as const;
const VARIANTS = ['standard', 'distroless', 'development'];
const STEPS = ['provider', 'core', 'configuration', 'suite'];

function artifact(text: string): Artifact {
  return { digest: sha256(text), size: text.length, mediaType: 'application/json' };
}

function packagesOf(step: string, made = ''): StoredPackage[] {
  return [{ name: `of-${step}`, version: '1-r0', artifact: artifact(`${step}${made}`) }];
}

const PASSED = {
  verdict: 'pass',
  counts: { pass: 1, fail: 0, 'not-run': 0 },
  failed: [],
  evidence: artifact('checks'),
};

function built(step: string, builder: string, packages = packagesOf(step)): RecordedActivity {
  const result = { packages, network: artifact('network'), log: artifact('log'), isReused: false };
  return done('buildPackages', 'build-amd64', { ...FROM, builder, step }, result);
}

function compared(step: string, outcome: object = PASSED): RecordedActivity {
  return done('comparePackages', 'build-amd64', { a: packagesOf(step), b: packagesOf(step) }, outcome);
}

function verified(variant: string): RecordedActivity {
  const image = { index: PLAN, manifest: PLAN, config: PLAN, layers: [] };
  const place = { registry: 'registry', repository: 'q', digest: `sha256:${sha256('index')}` };
  return done('attestVerification', 'sign', { ...FROM, variant, image, place }, { attestations: [] });
}

/** What the server has of a release whose images all verified; `change` makes another of each activity, or none. */
function history(
  change: (activity: RecordedActivity) => RecordedActivity | undefined = (one) => one,
): RecordedRelease {
  const plan = { plan: PLAN, variants: VARIANTS, platforms: ['linux/amd64'] };
  const activities = [
    done('openPlan', 'ingest', INPUT, plan),
    ...STEPS.flatMap((step) => [built(step, 'a'), built(step, 'b'), compared(step)]),
    ...VARIANTS.map(verified),
  ];
  return {
    execution: EXECUTION,
    type: 'release',
    taskQueue: 'control',
    order: INPUT,
    startedAt: MOMENT,
    builds: ['build'],
    activities: activities.flatMap((activity) => change(activity) ?? []),
    updates: [],
  };
}

function isOf(activity: RecordedActivity, name: string, members: object): boolean {
  const order = activity.order as Record<string, unknown>;
  return activity.name === name && Object.entries(members).every(([key, value]) => order[key] === value);
}

describe('the packages that may be signed', () => {
  test('are those that both builders made, step by step', () => {
    expect(packageFacts(history(), FROM)).toEqual(STEPS.flatMap((step) => packagesOf(step)));
  });

  test.each<[string, (activity: RecordedActivity) => RecordedActivity | undefined, RegExp]>([
    [
      'an image of them was not verified',
      (one) => (isOf(one, 'attestVerification', { variant: 'distroless' }) ? undefined : one),
      /no verified image distroless/,
    ],
    [
      'a verification did not end well',
      (one) => (isOf(one, 'attestVerification', {}) ? { ...one, state: 'failed', result: undefined } : one),
      /no verified image standard/,
    ],
    [
      'somebody else than the signing worker says that it verified',
      (one) => (isOf(one, 'attestVerification', {}) ? { ...one, taskQueue: 'build-amd64' } : one),
      /no verified image/,
    ],
    [
      'only one builder made them',
      (one) => (isOf(one, 'buildPackages', { builder: 'b', step: 'core' }) ? undefined : one),
      /no core by builder b/,
    ],
    [
      'the builders made different ones',
      (one) =>
        isOf(one, 'buildPackages', { builder: 'b', step: 'core' })
          ? built('core', 'b', packagesOf('core', 'other'))
          : one,
      /no comparison of core/,
    ],
    [
      'nobody compared them',
      (one) => (one.name === 'comparePackages' ? undefined : one),
      /no comparison of provider/,
    ],
    [
      'their comparison failed',
      (one) =>
        one.name === 'comparePackages'
          ? { ...one, result: { ...PASSED, verdict: 'fail', counts: { pass: 0, fail: 1, 'not-run': 0 } } }
          : one,
      /comparison of provider came out as fail/,
    ],
  ])('are none when %s', (_, change, reason) => {
    expect(() => packageFacts(history(change), FROM)).toThrow(
      expect.objectContaining({ code: 'FND_NOT_RECORDED', message: expect.stringMatching(reason) as string }),
    );
  });

  test.each([
    ['another plan', { plan: artifact('another'), platform: 'linux/amd64' }],
    ['a platform that is not in the plan', { plan: PLAN, platform: 'linux/arm64' }],
  ] as const)('are none of %s', (_, from) => {
    expect(() => packageFacts(history(), from)).toThrow(
      expect.objectContaining({ code: 'FND_NOT_RECORDED' }),
    );
  });
});
