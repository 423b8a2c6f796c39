import { describe, expect, test } from 'vitest';
import { BLUEPRINTS, RECIPE_FILES } from '../../../activities/build/blueprint.ts';
import { BUILD_STEPS } from '../../../activities/build/build-step.ts';
import { imageOrder, packagesOrder } from '../../../activities/build/plan-orders.ts';
import type { StoredPackage } from '../../../activities/build/stored-artifacts.ts';
import type { ReadPlan } from '../../../activities/plan/read-plan.ts';
import { sha256 } from '../../../domain/digest.ts';
import { renderLock } from '../../../domain/pins/lock.ts';
import { SUITE_PACKAGE, VARIANTS } from '../../../domain/pins/variant.ts';
import { SAMPLE, sampleLock, samplePins } from '../../domain/pins/sample-pins.ts';

const FILES = [...Object.values(BLUEPRINTS), ...Object.values(RECIPE_FILES).flat()];
const artifact = (text: string) => ({ digest: sha256(text), size: text.length, mediaType: 'text/plain' });
const READ: ReadPlan = {
  plan: {
    schemaVersion: 1,
    version: '3.5.7',
    commit: 'c'.repeat(40),
    revision: 'c'.repeat(40),
    source: 'https://git.example.com/openssl-fips.git',
    epoch: 1_780_000_000,
    files: Object.fromEntries(FILES.map((name) => [`images/${name}`, artifact(name)])),
  },
  versions: samplePins(),
  lock: sampleLock(),
  texts: { versions: SAMPLE, lock: renderLock(sampleLock()) },
};
const OWN = ['libcrypto3', 'openssl-dev', 'openssl-fips-config', SUITE_PACKAGE].map(
  (name): StoredPackage => ({ name, version: '3.5.7-r0', artifact: artifact(name) }),
);
const ON = { platform: 'linux/amd64', builder: 'a' } as const;

const sourceOf = (name: string): string | undefined =>
  READ.lock.files.find((file) => file.kind === 'source' && file.name === name)?.sha256;

describe('the order of a build', () => {
  test('names the archive that the step is made of', () => {
    const archives = BUILD_STEPS.map((step) => packagesOrder(READ, { ...ON, step }, []).archive?.digest);
    expect(archives).toEqual([sourceOf('provider'), sourceOf('core'), undefined, sourceOf('core')]);
  });

  test.each(BUILD_STEPS)('takes along the blueprint of the %s and what its recipe needs', (step) => {
    const { blueprints } = packagesOrder(READ, { ...ON, step }, []);
    expect(Object.keys(blueprints)).toEqual([BLUEPRINTS[step], ...RECIPE_FILES[step]]);
  });
});

describe('the order of an image', () => {
  test.each(VARIANTS)('has no suite for %s, and headers for development alone', (variant) => {
    const names = imageOrder(READ, { ...ON, variant }, OWN).packages.map(({ name }) => name);
    expect(names).not.toContain(SUITE_PACKAGE);
    expect(names.includes('openssl-dev')).toBe(variant === 'development');
    expect(names).toEqual(expect.arrayContaining(['libcrypto3', 'openssl-fips-config']));
  });
});
