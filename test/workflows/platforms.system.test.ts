import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { aborted } from './aborted.ts';
import { type AllActivities, failing, PASSING, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await Promise.all([stage.serve('build-arm64'), stage.serve('selftest-arm64')]);
});
afterAll(async () => await stage.dispose());

const TWO: Pick<AllActivities, 'openPlan'> = {
  openPlan: async (input) => ({
    ...(await PASSING.openPlan(input)),
    platforms: ['linux/amd64', 'linux/arm64'],
  }),
};
const BOTH = VARIANTS.flatMap((variant) => [`${variant} (linux/amd64)`, `${variant} (linux/arm64)`]);

function nameOf({ variant, platform }: { readonly variant: string; readonly platform: string }): string {
  return `${variant} (${platform})`;
}

function queue(): string {
  return Context.current().info.taskQueue;
}

describe('a release of two platforms', () => {
  test('ends with one index a variant, each under one set of tags, and every image tested on its machine type', async () => {
    const queues = new Set<string>();
    const joined: string[] = [];
    const pushed: number[] = [];
    const read: string[] = [];
    const moved: string[][] = [];
    const recordOn: string[][] = [];
    const started = await stage.start({
      ...TWO,
      composeImage: async (order) => {
        queues.add(`${order.platform} composed on ${queue()}`);
        return await PASSING.composeImage(order);
      },
      selftestImage: async (order) => {
        queues.add(`${order.platform} tested on ${queue()}`);
        return await PASSING.selftestImage(order);
      },
      joinImages: async (order) => {
        joined.push(`${order.variant}: ${order.images.map(({ platform }) => platform).join(' ')}`);
        return await PASSING.joinImages(order);
      },
      pushImage: async (order) => {
        pushed.push(1 + (order.beside?.length ?? 0));
        return await PASSING.pushImage(order);
      },
      moveTags: async ({ tags }) => void moved.push(tags.map(({ tag }) => tag)),
      verifyPublished: async (order) => {
        read.push(nameOf(order.image));
        return await PASSING.verifyPublished(order);
      },
      storeRecord: async (order) => {
        recordOn.push([...order.subjects]);
        return await PASSING.storeRecord(order);
      },
    });
    const { state, images, commit } = ReleaseStatus.parse(await started.handle.result());

    expect(state).toBe('completed');
    expect([...queues].toSorted()).toEqual([
      'linux/amd64 composed on build-amd64',
      'linux/amd64 tested on selftest-amd64',
      'linux/arm64 composed on build-arm64',
      'linux/arm64 tested on selftest-arm64',
    ]);
    expect(joined.toSorted()).toEqual(
      VARIANTS.map((variant) => `${variant}: linux/amd64 linux/arm64`).toSorted(),
    );
    expect(pushed).toEqual([2, 2, 2]);
    expect(images.map(nameOf).toSorted()).toEqual(BOTH.toSorted());
    const indexes = Map.groupBy(images, ({ digest }) => digest);
    expect(indexes.size).toBe(3);
    for (const those of indexes.values()) {
      expect(new Set(those.map(({ variant, tag }) => `${variant} ${tag}`)).size).toBe(1);
      expect(those).toHaveLength(2);
    }
    expect(moved).toEqual([
      ['3.5.7', '3.5.7-distroless', '3.5.7-dev', 'packages'],
      [`record-3.5.7-${commit.slice(0, 12)}`, 'record-3.5.7'],
    ]);
    expect(read.toSorted()).toEqual(BOTH.toSorted());
    expect(recordOn.map((subjects) => subjects.toSorted())).toEqual([[...indexes.keys()].toSorted()]);
  });

  test('has one image of a variant attested at a time: they are on one index', async () => {
    const busy = new Set<string>();
    const clashes: string[] = [];
    const alone = async <T>(variant: string, work: () => Promise<T>): Promise<T> => {
      if (busy.has(variant)) clashes.push(variant);
      busy.add(variant);
      await new Promise((resolve) => setTimeout(resolve, 100));
      busy.delete(variant);
      return await work();
    };
    const started = await stage.start({
      ...TWO,
      attestBuild: async (image) => await alone(image.variant, () => PASSING.attestBuild(image)),
      attestGates: async (image) => await alone(image.variant, () => PASSING.attestGates(image)),
      attestVerification: async (image) =>
        await alone(image.variant, () => PASSING.attestVerification(image)),
    });
    expect(ReleaseStatus.parse(await started.handle.result()).state).toBe('completed');
    expect(clashes).toEqual([]);
  });

  test('publishes nothing when one platform fails, and takes every image out of quarantine', async () => {
    const removed: string[] = [];
    const record = await aborted(
      await stage.start({
        ...TWO,
        selftestImage: async (order) =>
          order.platform === 'linux/arm64' && order.variant === 'standard'
            ? failing('FIPS-1')
            : await PASSING.selftestImage(order),
        removeImage: async ({ place, image }) => void removed.push(`${place.variant} ${image.index.digest}`),
        promoteImages: async () => {
          throw new Error('never');
        },
      }),
    );
    expect(record.aborted).toMatchObject({ stage: 'self-test', problem: { check: 'FIPS-1' } });
    expect(removed).toHaveLength(6);
    expect(new Set(removed).size).toBe(3);
    const undone = record.aborted?.compensations.map(({ what }) => what) ?? [];
    expect(undone.filter((what) => what.endsWith('out of quarantine')).toSorted()).toEqual(
      BOTH.map((name) => `${name} taken out of quarantine`).toSorted(),
    );
  });
});
