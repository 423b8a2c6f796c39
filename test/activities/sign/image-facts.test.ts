import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateFacts, imageFacts } from '../../../activities/sign/image-facts.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import { sha256 } from '../../../domain/digest.ts';
import { makeSampleRelease, type SampleRelease } from './sample-release.ts';
import { changed } from './sample-work.ts';

let folder: string;
let sample: SampleRelease;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-facts-'));
  sample = await makeSampleRelease(openDirectoryStore(folder));
});
afterAll(async () => await rm(folder, { recursive: true }));

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'it was accepted';
}

/** How the sample image is refused by the history with one kind of activity changed. */
function refusedWith(
  name: string,
  change: (activity: RecordedActivity) => Partial<RecordedActivity> | null,
): unknown {
  return refusal(() => imageFacts(changed(sample.release, name, change), sample.image));
}

function notRecorded(words: string): object {
  return expect.objectContaining({ code: 'FND_NOT_RECORDED', message: expect.stringContaining(words) });
}

const FAILED = {
  verdict: 'fail',
  counts: { pass: 0, fail: 1, 'not-run': 0 },
  failed: [],
  evidence: { digest: sha256('x'), size: 1, mediaType: 'application/json' },
};

describe('what a history says of an image', () => {
  test('is followed from the image back to its plan, by both builders', () => {
    const facts = imageFacts(sample.release, sample.image);
    expect(facts.invocation).toBe(`${sample.release.execution.workflowId}/${sample.release.execution.runId}`);
    expect(facts.steps.map(({ step, builder, isReused }) => [step, builder, isReused])).toEqual([
      ['provider', 'a', false],
      ['provider', 'b', false],
      ['core', 'a', true],
      ['core', 'b', true],
      ['configuration', 'a', false],
      ['configuration', 'b', false],
      ['suite', 'a', false],
      ['suite', 'b', false],
    ]);
    expect(facts.composed.a).toEqual(facts.composed.b);
    expect(facts.selfTests.verdict).toBe('pass');
  });

  test('counts the last of what was done again', () => {
    const [first] = sample.release.activities.filter(({ name }) => name === 'selftestImage');
    const again = {
      ...sample.release,
      activities: [...sample.release.activities, { ...first, result: FAILED }],
    };
    expect(refusal(() => imageFacts(again as RecordedRelease, sample.image))).toEqual(
      notRecorded('came out as fail'),
    );
  });

  test('does not count what goes on, failed, or ran elsewhere', () => {
    const words = notRecorded('it shows no self-tests');
    expect(refusedWith('selftestImage', () => ({ state: 'open' }))).toEqual(words);
    expect(refusedWith('selftestImage', () => ({ state: 'failed' }))).toEqual(words);
    expect(refusedWith('selftestImage', () => ({ taskQueue: 'build-amd64' }))).toEqual(words);
    expect(refusedWith('selftestImage', () => null)).toEqual(words);
  });
});

describe('an image is refused', () => {
  test('when the builders composed other bytes', () => {
    const other = { digest: sha256('other'), size: 1, mediaType: 'x' };
    const error = refusedWith('composeImage', ({ order, result }) =>
      (order as { builder: string }).builder === 'b'
        ? { result: { ...(result as object), index: other } }
        : {},
    );
    expect(error).toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
    expect(String(error)).toContain('the builders did not make the same standard');
  });

  test('when the builders built other packages', () => {
    const error = refusedWith('buildPackages', ({ order, result }) => {
      const { builder, step } = order as { builder: string; step: string };
      if (builder !== 'b' || step !== 'core') return {};
      const [first] = (result as { packages: { artifact: object }[] }).packages;
      const packages = [{ ...first, artifact: { ...first?.artifact, digest: sha256('other') } }];
      return { result: { ...(result as object), packages } };
    });
    expect(error).toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
    expect(String(error)).toContain('the builders did not make the same core');
  });

  test('when a comparison did not pass or was not made', () => {
    expect(refusedWith('comparePackages', () => ({ result: FAILED }))).toEqual(
      notRecorded('came out as fail'),
    );
    expect(refusedWith('comparePackages', () => null)).toEqual(notRecorded('comparison of the provider'));
    expect(refusedWith('compareImages', () => null)).toEqual(notRecorded('comparison of standard'));
  });

  test('when it was finished from what nobody composed, or from other packages', () => {
    const other = { digest: sha256('other'), size: 1, mediaType: 'x' };
    expect(
      refusedWith('finishImage', ({ order }) => {
        const { image, ...rest } = order as { image: object };
        return { order: { ...rest, image: { ...image, config: other } } };
      }),
    ).toEqual(notRecorded('not what the builders composed'));
    const without = ({ order }: RecordedActivity): Partial<RecordedActivity> => ({
      order: { ...(order as object), own: (order as { own: object[] }).own.slice(1) },
    });
    const release = changed(changed(sample.release, 'finishImage', without), 'composeImage', without);
    expect(refusal(() => imageFacts(release, sample.image))).toEqual(notRecorded('other packages'));
  });

  test('when it was tested with other packages than both builders made', () => {
    const without = ({ order }: RecordedActivity): Partial<RecordedActivity> => ({
      order: { ...(order as object), own: (order as { own: object[] }).own.slice(0, -1) },
    });
    expect(refusedWith('selftestImage', without)).toEqual(notRecorded('it shows no self-tests'));
  });

  test('when it is not the one that was finished, or not where it was put', () => {
    const { image } = sample;
    const index = { ...image.image.index, digest: sha256('other') };
    const place = { ...image.place, repository: 'quarantine/elsewhere' };
    const of = (other: object): unknown => refusal(() => imageFacts(sample.release, { ...image, ...other }));
    expect(of({ image: { ...image.image, index } })).toEqual(notRecorded('no finished image'));
    expect(of({ variant: 'distroless' })).toEqual(notRecorded('its plan has no distroless'));
    expect(of({ place })).toEqual(notRecorded('nothing was put into quarantine/elsewhere'));
    expect(of({ plan: { ...image.plan, digest: sha256('other') } })).toEqual(notRecorded('no plan'));
  });

  test('when its history is not that of a release', () => {
    const of = (other: object): unknown =>
      refusal(() => imageFacts({ ...sample.release, ...other }, sample.image));
    expect(of({ type: 'somethingElse' })).toEqual(notRecorded('of a somethingElse on control'));
    expect(of({ taskQueue: 'build-amd64' })).toEqual(notRecorded('of a release on build-amd64'));
    const execution = { workflowId: 'release-3.5.7-of-mine', runId: 'run' };
    expect(of({ execution })).toEqual(notRecorded('of the release release-3.5.7-ccc'));
  });

  test('when an activity answered something that it never answers', () => {
    expect(refusedWith('finishImage', () => ({ result: 'well' }))).toMatchObject({ code: 'FND_BAD_DATA' });
  });
});

describe('the gates of an image', () => {
  test('are all four, each with its stored result', () => {
    expect(gateFacts(sample.release, sample.image).map(({ gate }) => gate)).toEqual([
      'vulnerabilities',
      'cis-docker',
      'nsa-cisa',
      'pss-restricted',
    ]);
  });

  test('are refused when one is missing, did not pass, or was for another image', () => {
    const with_ = (change: (activity: RecordedActivity) => Partial<RecordedActivity> | null): unknown =>
      refusal(() =>
        gateFacts(
          changed(sample.release, 'runGate', (activity) =>
            (activity.order as { gate: string }).gate === 'nsa-cisa' ? change(activity) : {},
          ),
          sample.image,
        ),
      );
    expect(with_(() => null)).toEqual(notRecorded('it shows no gate nsa-cisa'));
    expect(with_(({ result }) => ({ result: { ...(result as object), outcome: FAILED } }))).toEqual(
      notRecorded('came out as fail'),
    );
    const place = { ...sample.image.place, digest: `sha256:${sha256('other')}` };
    expect(with_(({ order }) => ({ order: { ...(order as object), place } }))).toEqual(
      notRecorded('it shows no gate nsa-cisa'),
    );
  });
});
