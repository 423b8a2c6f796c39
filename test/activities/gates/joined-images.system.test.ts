import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownAdvisories } from '../../../lab/advisories/known-advisories.ts';
import { GateWorld, HARMFUL, packagesWith, type RunWish } from './gate-world.ts';

const FIXED = {
  cve: HARMFUL,
  title: `Fixed ${HARMFUL}.`,
  severity: 'Low',
  summary: 'Made up.',
  fixedIn: '3.5.7',
  published: '2026-06-09',
} as const;

let world: GateWorld;

beforeAll(async () => {
  world = await GateWorld.start();
  await world.publish(knownAdvisories([FIXED], { newestCore: '3.5.7' }));
});
afterAll(async () => await world.stop());

/** What the gate fails of the image for each platform, both under one index. */
async function failedOf(amd64: RunWish, arm64: RunWish): Promise<string[][]> {
  const failed: string[][] = [];
  for (const platform of ['linux/amd64', 'linux/arm64'] as const) {
    const { details } = await world.run('vulnerabilities', { ...amd64, arm64, platform });
    expect(details.platform).toBe(platform);
    failed.push(details.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id));
  }
  return failed;
}

test('of two images under one index, each is judged by its own packages', async () => {
  const bad = { packages: packagesWith('3.5.6') };
  const bare = { packages: bad.packages.filter(({ origin }) => origin !== 'openssl') };
  expect(await failedOf(bad, bad)).toEqual([[HARMFUL], [HARMFUL]]);
  expect(await failedOf(bare, bad)).toEqual([[], [HARMFUL]]);
  expect(await failedOf(bad, bare)).toEqual([[HARMFUL], []]);
});
