import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sample } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Need } from '../../../../activities/ingest/closure/choice.ts';
import { parseDependency } from '../../../../activities/ingest/closure/dependency.ts';
import type { Choosable } from '../../../../activities/ingest/closure/offers.ts';
import { resolveClosure } from '../../../../activities/ingest/closure/resolve-closure.ts';
import { findTrouble } from '../../../../activities/ingest/closure/trouble.ts';
import { concurrently } from '../../../../activities/concurrently.ts';
import { resolveDirectories } from '../../../../adapters/directories/directories.ts';
import { openToolchain } from '../../../../adapters/toolchain/toolchain.ts';
import { FoundryError } from '../../../../domain/errors.ts';
import { sampleKey } from '../../../adapters/apk/sample.ts';
import { type ApkoOracle, openApkoOracle } from './apko-oracle.ts';
import { packageWorld, type PackageWorld, recordOf } from './package-world.ts';

const WORLDS = 1000;
const AT_ONCE = 2;
/** Other worlds with another seed; the same ones every time, because a failure must come from a change. */
const SEED = Number(process.env['FOUNDRY_WORLDS_SEED'] ?? 20261122);

/** What came of one world. */
type Outcome =
  /** We take the packages that apko takes. */
  | 'same'
  /** Neither finds a closure; apko says so, or takes packages that are none. */
  | 'none'
  /** apko finds no closure, and ours is one, which apko takes when it is offered nothing else. */
  | 'mended'
  /** We refuse a closure that apko takes, and does not take again when it is offered nothing else: no image comes of it. */
  | 'not again'
  | 'DIFFERENT';

let folder: string;
let apko: ApkoOracle;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-worlds-'));
  const tools = await openToolchain(resolveDirectories(process.env), process.env);
  apko = openApkoOracle(tools.path('apko'), sampleKey('worlds.rsa.pub').signingKey, folder);
});
afterAll(async () => await rm(folder, { recursive: true }));

it(`takes the packages that apko takes, or none where it takes none, in ${WORLDS} worlds`, async () => {
  const counts = new Map<Outcome, number>();
  const different: unknown[] = [];
  await concurrently(sample(packageWorld, { numRuns: WORLDS, seed: SEED }), AT_ONCE, async (world) => {
    const [ours, theirs] = [taken(world), await apko.resolve(world)];
    const outcome = await outcomeOf(world, ours, theirs);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (outcome === 'DIFFERENT') different.push({ ours, theirs, world: described(world) });
  });

  expect(different).toEqual([]);
  const share = (outcome: Outcome): number => (counts.get(outcome) ?? 0) / WORLDS;
  expect(share('same')).toBeGreaterThan(0.3);
  expect(share('none')).toBeGreaterThan(0.3);
  expect(share('not again')).toBeLessThan(0.02);
  expect(share('mended')).toBeGreaterThan(0);
});

describe('apko takes other packages where it is said to', () => {
  const lib = (version: string, more: Partial<PackageWorld['records'][number]> = {}) =>
    recordOf({ name: 'lib', version, ...more });

  it.each<[string, PackageWorld, string[] | undefined, string[] | undefined]>([
    [
      'a bound without a revision is older than every revision',
      { records: [lib('1.0-r0')], roots: ['lib=1.0'] },
      undefined,
      ['lib 1.0-r0'],
    ],
    [
      'numbers with a leading zero compare as text',
      { records: [lib('1.05-r0'), lib('1.1-r0')], roots: ['lib'] },
      ['lib 1.1-r0'],
      ['lib 1.05-r0'],
    ],
    [
      'a name without a version is within no bound',
      { records: [lib('2-r0', { provides: ['shell'] })], roots: ['shell>=1'] },
      undefined,
      ['lib 2-r0'],
    ],
    [
      'install_if counts for nothing',
      {
        records: [recordOf({ name: 'app', version: '1-r0', depends: ['lib'] }), lib('1-r0')].concat(
          recordOf({ name: 'lib-doc', version: '1-r0', installIf: ['lib'] }),
        ),
        roots: ['app'],
      },
      ['app 1-r0', 'lib 1-r0'],
      ['app 1-r0', 'lib 1-r0', 'lib-doc 1-r0'],
    ],
    [
      'a bound that comes to light later is kept',
      {
        records: [
          lib('1-r0'),
          lib('2-r0'),
          recordOf({ name: 'old', version: '1-r0', depends: ['lib<2-r0'] }),
        ],
        roots: ['lib', 'old'],
      },
      ['lib 1-r0', 'old 1-r0'],
      ['lib 2-r0', 'old 1-r0'],
    ],
  ])('%s', async (_, world, ours, theirs) => {
    expect(taken(world)).toEqual(ours);
    expect(await apko.resolve(world)).toEqual(theirs);
  });
});

async function outcomeOf(
  world: PackageWorld,
  ours: readonly string[] | undefined,
  theirs: readonly string[] | undefined,
): Promise<Outcome> {
  if (ours === undefined) {
    if (theirs === undefined || !isClosure(world, theirs)) return 'none';
    return (await isTakenAgain(world, theirs)) ? 'DIFFERENT' : 'not again';
  }
  if (!isClosure(world, ours) || !(await isTakenAgain(world, ours))) return 'DIFFERENT';
  if (theirs === undefined || !isClosure(world, theirs)) return 'mended';
  return String(ours) === String(theirs) ? 'same' : 'DIFFERENT';
}

/** Whether apko takes exactly these packages when it is offered no others and asked for each, as for an image. */
async function isTakenAgain({ records }: PackageWorld, names: readonly string[]): Promise<boolean> {
  const offered = records.filter((record) => names.includes(nameOf(record)));
  const roots = offered.map(({ name, version }) => `${name}=${version}`);
  return String(await apko.resolve({ records: offered, roots })) === String(names);
}

function isClosure({ records, roots }: PackageWorld, names: readonly string[]): boolean {
  const needs = (texts: readonly string[], by: string): Need[] =>
    texts.map((text) => ({ dependency: parseDependency(text, by), by }));
  const found = records.filter((record) => names.includes(nameOf(record)));
  return findTrouble(found, needs(roots, 'roots'), ({ depends, name }) => needs(depends, name)) === undefined;
}

function taken(world: PackageWorld): string[] | undefined {
  try {
    return resolveClosure(world).map(nameOf).toSorted();
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_UNRESOLVED') return undefined;
    throw error;
  }
}

function described({ records, roots }: PackageWorld): unknown {
  const lines = records.map(
    ({ origin, providerPriority, depends, provides, ...record }) =>
      `${nameOf(record)} from ${origin} at ${providerPriority} needs ${depends.join(' ')} provides ${provides.join(' ')}`,
  );
  return { roots, lines };
}

function nameOf({ name, version }: Pick<Choosable, 'name' | 'version'>): string {
  return `${name} ${version}`;
}
