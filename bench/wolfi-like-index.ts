import type { IndexRecord } from '../adapters/apk/index-record.ts';
import { renderIndex, signIndex } from '../adapters/apk/index-file.ts';
import type { SigningKey } from '../adapters/apk/keys.ts';
import { parseApkVersion } from '../adapters/apk/version.ts';

/** What three images of it are made from, smallest first: as many roots as a distroless, a standard and a development image have. */
export const CLOSURES: readonly (readonly string[])[] = [
  ['base-layout', 'project-0'],
  ['base-layout', 'project-0', ...namesOf(40, 4)],
  ['base-layout', 'project-0', ...namesOf(40, 4), ...namesOf(400, 24), 'project-7-dev', 'project-90-dev'],
];

const PROJECTS = 6000;
const KEPT_VERSIONS = 4;

/** An index of `count` packages that looks like Wolfi's, signed: the same bytes for the same count and key. */
export async function wolfiLikeIndex(count: number, key: SigningKey): Promise<Uint8Array> {
  const records = [baseLayout(), ...packages()].slice(0, count);
  if (records.length < count) throw new Error(`the generator makes ${records.length} packages only`);
  const unsigned = await renderIndex({ description: 'generated', records }, { mtime: 1_780_000_000 });
  return await signIndex(unsigned, key, { mtime: 1_780_000_000 });
}

/** Projects from the most needed to the least; each keeps some versions, as the repository does. */
function* packages(): Generator<IndexRecord> {
  const random = randomNumbers(7);
  for (let project = 0; project < PROJECTS; project += 1) {
    for (let kept = 0; kept <= KEPT_VERSIONS; kept += 1) yield* ofProject(project, kept, random);
  }
}

function* ofProject(project: number, kept: number, random: () => number): Generator<IndexRecord> {
  const origin = `project-${project}`;
  const version = parseApkVersion(`${1 + (project % 9)}.${kept}.${project % 13}-r${project % 4}`);
  const library = `so:lib${origin}.so.${1 + (project % 3)}`;
  // Most need the C library, and some of what was made before them.
  const libraries = project === 0 ? [] : [0, ...picks(random, project, 4)].map(libraryOf);
  const shared = { version, origin };
  yield record(random, {
    ...shared,
    name: origin,
    depends: [`${origin}-libs`, ...libraries],
    provides: [`cmd:${origin}=${version}`, ...commands(origin, version, project % 5)],
  });
  yield record(random, {
    ...shared,
    name: `${origin}-libs`,
    depends: libraries,
    provides: [`${library}=${version}`, `so:lib${origin}-extra.so.0=0.${kept}`],
  });
  yield record(random, {
    ...shared,
    name: `${origin}-dev`,
    depends: [
      `${origin}-libs=${version}`,
      ...picks(random, project, 2).map((other) => `pc:project-${other}`),
    ],
    provides: [`pc:${origin}=${version.replace(/-r\d+$/, '')}`],
  });
  yield record(random, { ...shared, name: `${origin}-doc`, depends: [], provides: [] });
}

function libraryOf(project: number): string {
  return `so:libproject-${project}.so.${1 + (project % 3)}`;
}

function commands(origin: string, version: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `cmd:${origin}-${at}=${version}`);
}

/** Some projects before this one, the most needed ones more often. */
function picks(random: () => number, below: number, most: number): number[] {
  const count = Math.floor(random() * (most + 1));
  return [...new Set(Array.from({ length: count }, () => Math.floor(random() ** 3 * below)))];
}

function baseLayout(): IndexRecord {
  return record(randomNumbers(1), {
    name: 'base-layout',
    version: parseApkVersion('1-r0'),
    origin: 'base-layout',
    depends: [],
    provides: [],
  });
}

function record(
  random: () => number,
  said: Pick<IndexRecord, 'name' | 'version' | 'origin' | 'depends' | 'provides'>,
): IndexRecord {
  const bytes = Buffer.from(Array.from({ length: 20 }, () => Math.floor(random() * 256)));
  return {
    ...said,
    arch: 'x86_64',
    checksum: `Q1${bytes.toString('base64')}`,
    size: Math.floor(random() * 5_000_000),
    installedSize: Math.floor(random() * 20_000_000),
    description: `${said.name}: what it does, in about as many words as people take for it`,
    url: `https://example.com/wolfi/${said.origin}`,
    license: 'Apache-2.0 OR MIT',
    maintainer: '',
    buildTime: 1_700_000_000 + Math.floor(random() * 80_000_000),
    commit: Buffer.concat([bytes]).toString('hex'),
    providerPriority: 0,
    replaces: [],
    installIf: [],
    others: [],
  };
}

function namesOf(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `project-${first + at * 7}`);
}

/** The same numbers in [0, 1) for the same seed (a linear congruential generator). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
