import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { concurrently } from '../../activities/concurrently.ts';
import { examineImage } from '../../activities/selftest/examine-image.ts';
import { unpackSuite } from '../../activities/selftest/suite-folder.ts';
import { startToolsApart, startToolsHere } from '../../adapters/process/run-tool.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { VARIANTS, type Variant } from '../../domain/pins/variant.ts';
import { checksFor } from '../compliance/checks/all-checks.ts';
import { MUTANT_GROUPS } from '../compliance/mutants/all-mutants.ts';
import { compilePrograms, countByGroup, type Original, runMutant } from '../compliance/mutants/run-mutant.ts';
import { UNTRIPPED } from '../compliance/mutants/untripped.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';
import { factsOfRelease, publishedSuite, pulledImage } from './released-images.ts';

const PLATFORM = 'linux/amd64';
const AT_ONCE = 2;
const MUTANTS = MUTANT_GROUPS.flatMap(({ mutants }) => mutants);

/**
 * The mutation run: every deliberately wrong image, and which checks find it out. What comes out is kept in `test/golden/mutants.json`,
 * which docs/compliance.md shows: after a change of checks or mutants, run this with `--update` and then `npm run docs`.
 */
describe('the mutation run', () => {
  const lab = new ReleasedLab(inject('state'));
  const released = readAnswer(inject('released'));
  const originals = new Map<Variant, Original>();
  const caught = new Map<string, readonly string[]>();
  let place: string;

  beforeAll(startToolsApart);
  afterAll(startToolsHere);
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'foundry-mutants-'));
    const suite = join(place, 'suite');
    await unpackSuite(await publishedSuite(lab, released.status.version), 'the suite', suite);
    for (const variant of VARIANTS) {
      const image = await pulledImage(lab, released, variant);
      const root = join(place, variant);
      await unpackImage(image, root);
      const facts = await factsOfRelease(lab, released, variant);
      originals.set(variant, { image, root, platform: PLATFORM, facts, suite });
    }
    const programs = await compilePrograms(original('development'));
    await concurrently(MUTANTS, AT_ONCE, async (mutant) => {
      const bad = await runMutant(mutant, original(mutant.variant), programs);
      caught.set(
        mutant.name,
        bad.map(({ id }) => id),
      );
    });
  });
  afterAll(async () => await rm(place, { recursive: true, force: true }));

  function original(variant: Variant): Original {
    const found = originals.get(variant);
    if (found === undefined) throw new Error(`${variant} was not prepared`);
    return found;
  }

  test.each(VARIANTS)('begins with an image that passes everything: %s', async (variant) => {
    const { image, platform, facts, suite } = original(variant);
    const checks = await examineImage(
      { image, variant, platform, facts, suite },
      { root: join(place, `${variant}-again`), report: () => undefined, signal: undefined },
    );
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('has a check that catches every mutant', () => {
    expect(
      MUTANTS.filter(({ name }) => (caught.get(name) ?? []).length === 0).map(({ name }) => name),
    ).toEqual([]);
  });

  test('has a mutant that trips every check, but those that are listed with the reason', () => {
    const telling = MUTANTS.filter(({ isRefusedWhole }) => isRefusedWhole !== true);
    const tripped = new Set(telling.flatMap(({ name }) => caught.get(name) ?? []));
    const ids = new Set(VARIANTS.flatMap((variant) => checksFor(variant, PLATFORM)).map(({ id }) => id));
    expect([...ids].filter((id) => !tripped.has(id)).toSorted()).toEqual(Object.keys(UNTRIPPED).toSorted());
  });

  test('comes out as it is written down', async () => {
    const counts = MUTANTS.map(({ name }) => [
      name,
      countByGroup((caught.get(name) ?? []).map((id) => ({ id }))),
    ]);
    const text = `${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../golden/mutants.json');
  });
});
