import { basename, join } from 'node:path';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { writeJsonFile } from '../../adapters/files/json-file.ts';
import { writeDirectoryAtomic, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { knownAdvisories } from '../advisories/known-advisories.ts';
import { parseChanges } from '../advisories/parse-changes.ts';
import { publishAdvisories } from '../advisories/publish-advisories.ts';
import { type Advisory, otherLineLabAdvisory } from '../advisories/advisory.ts';
import { publishBaseImage } from '../base-image/publish-base-image.ts';
import type { BuiltPackage } from '../packages/build-packages.ts';
import { patchPackage } from '../packages/patch-package.ts';
import { writeBadlySignedIndex, writeIndex } from '../packages/write-index.ts';
import { changeSourceBytes } from '../sources/change-source.ts';
import { coreReleases, type Sources } from '../sources/ensure-sources.ts';
import { publishKeys, publishRelease } from '../sources/publish-sources.ts';
import { compareReleases, type SourceRelease } from '../sources/source-release.ts';
import { planOfDay, type DayPlan } from './calendar.ts';
import type { Day } from './day.ts';
import type { LabContext } from './lab-context.ts';
import { dayFolder } from './layout.ts';
import { publishDatabase } from './publish-database.ts';
import { REPOSITORY_KEY } from './publisher-keys.ts';
import type { Stock } from './stock.ts';

/**
 * The libraries that are patched on day 1, never mistaken for OpenSSL: one that images have beside the base image, and one that they have
 * from it, which therefore comes with the base image of day 2.
 */
const PATCHED = ['ncurses', 'zlib'];

/**
 * Makes one day: its tree on disk, its base image and scanner database in the registry by digest. Nothing points to it yet;
 * `turnTo` does that. The folder appears whole or not at all.
 */
export async function publishDay(number: number, stock: Stock, context: LabContext): Promise<Day> {
  const plan = planOfDay(number);
  const folder = dayFolder(context.layout, number);
  const newestCore = newestCoreOf(plan, stock.sources);
  const advisories = advisoriesOf(plan, stock.sources);
  context.report(`making day ${number}: ${plan.title}`);
  let day: Day | undefined;
  await writeDirectoryAtomic(folder, async (aside) => {
    const tree = join(aside, 'public');
    const packages = await packagesOf(plan.patchedLibrary, stock, context);
    await publishPackages(plan, packages, { tree, stock });
    await publishSources(plan, stock.sources, { tree, context });
    await publishAdvisories(advisories, tree);
    day = {
      schemaVersion: 1,
      day: number,
      title: plan.title,
      news: [...plan.news],
      outage: plan.outage,
      baseImage: await publishBaseImage({
        generation: plan.baseImageGeneration,
        packages: await packagesOf(plan.baseImageGeneration > 0, stock, context),
        stock,
        context,
      }),
      vulnerabilityDatabase: await publishDatabase(advisories, context),
      newestCore,
    };
    await writeJsonFile(join(aside, 'day.json'), day);
  });
  if (day === undefined) throw new Error('the day was not written');
  return day;
}

/** What the world knows of vulnerabilities on a day. */
export function advisoriesOf(plan: DayPlan, sources: Sources): Advisory[] {
  const { yesterday, today } = coreReleases(sources);
  const told = parseChanges(sources.changes, today.version);
  const published = told.find(({ fixedIn }) => fixedIn === yesterday.version)?.published;
  if (published === undefined) throw new Error(`CHANGES.md names no CVE that ${yesterday.version} fixes`);
  const all = [...told, otherLineLabAdvisory(yesterday.version, published)];
  return knownAdvisories(all, {
    newestCore: newestCoreOf(plan, sources),
    unfixed: plan.unfixedVulnerability,
  });
}

interface Target {
  readonly tree: string;
  readonly context: LabContext;
}

function newestCoreOf(plan: DayPlan, sources: Sources): string {
  const { yesterday, today } = coreReleases(sources);
  return plan.newestCoreIsOut ? today.version : yesterday.version;
}

async function packagesOf(
  patched: boolean,
  stock: Stock,
  context: LabContext,
): Promise<readonly BuiltPackage[]> {
  if (!patched) return stock.packages;
  const fresh: BuiltPackage[] = [];
  for (const name of PATCHED) fresh.push(await patchedLibrary(name, stock, context));
  return [...stock.packages, ...fresh];
}

async function publishPackages(
  plan: DayPlan,
  packages: readonly BuiltPackage[],
  { tree, stock }: { tree: string; stock: Stock },
): Promise<void> {
  const folder = join(tree, 'os', 'x86_64');
  const write = plan.badIndexSignature ? writeBadlySignedIndex : writeIndex;
  await write({
    path: join(folder, 'APKINDEX.tar.gz'),
    packages,
    signingKey: stock.signingKey,
    description: 'wolfi-openssl-fips lab: a stand-in, not Wolfi',
  });
  for (const { path } of packages) await linkOrCopy(path, join(folder, basename(path)));
  await writeFileAtomic(join(tree, 'os', REPOSITORY_KEY), stock.publicKey);
}

async function patchedLibrary(library: string, stock: Stock, { layout }: LabContext): Promise<BuiltPackage> {
  const built = stock.packages.find(({ name }) => name === library);
  if (built === undefined) throw new Error(`the catalogue has no ${library}`);
  return patchPackage({
    built,
    folder: join(layout.stock, 'patched'),
    signingKey: stock.signingKey,
    note: 'Patched on day 1 of the wolfi-openssl-fips lab.',
  });
}

async function publishSources(plan: DayPlan, sources: Sources, { tree, context }: Target): Promise<void> {
  const { today } = coreReleases(sources);
  for (const release of sources.releases) {
    if (release.line === today.line && compareReleases(release.version, newestCoreOf(plan, sources)) > 0)
      continue;
    await publishRelease(await releaseOf(release, plan, { today, context }), tree);
  }
  await publishKeys(sources, tree);
}

async function releaseOf(
  release: SourceRelease,
  plan: DayPlan,
  { today, context }: { today: SourceRelease; context: LabContext },
): Promise<SourceRelease> {
  if (!plan.changedSource || release.version !== today.version) return release;
  return changeSourceBytes(release, join(context.layout.stock, 'changed'));
}
