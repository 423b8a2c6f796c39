import { writeJsonFile } from '../../adapters/files/json-file.ts';
import { advisoriesOf, publishDay } from './publish-day.ts';
import { planOfDay } from './calendar.ts';
import { readDay, writeClock, type Day } from './day.ts';
import type { LabContext } from './lab-context.ts';
import { dayFile } from './layout.ts';
import { isStale, publishDatabase } from './publish-database.ts';
import type { Stock } from './stock.ts';

/**
 * Makes `number` the day it is: publishes it if it was never published (or the registry lost it), moves the tags of base
 * image and scanner database, then turns the clock, which the lab's server follows at once.
 */
export async function turnTo(number: number, stock: () => Promise<Stock>, context: LabContext): Promise<Day> {
  const known = await readDay(context.layout, number);
  const day =
    known !== undefined && (await isInRegistry(known, context))
      ? await withFreshDatabase(known, stock, context)
      : await publishDay(number, await stock(), context);
  for (const published of [day.baseImage, day.vulnerabilityDatabase]) await moveTag(published, context);
  await writeClock(context.layout, number);
  return day;
}

async function isInRegistry(day: Day, { registry }: LabContext): Promise<boolean> {
  for (const { repository, digest } of [day.baseImage, day.vulnerabilityDatabase]) {
    if ((await registry.resolveTag(repository, digest)) === undefined) return false;
  }
  return true;
}

/** The real database never gets old, so the lab's does not either, however long the lab was down. */
async function withFreshDatabase(day: Day, stock: () => Promise<Stock>, context: LabContext): Promise<Day> {
  if (!isStale(day.vulnerabilityDatabase)) return day;
  const { sources } = await stock();
  const vulnerabilityDatabase = await publishDatabase(advisoriesOf(planOfDay(day.day), sources), context);
  const fresh = { ...day, vulnerabilityDatabase };
  await writeJsonFile(dayFile(context.layout, day.day), fresh);
  return fresh;
}

async function moveTag(
  { repository, tag, digest }: Day['baseImage'],
  { registry }: LabContext,
): Promise<void> {
  if ((await registry.resolveTag(repository, tag)) === digest) return;
  const { mediaType, bytes } = await registry.getManifest(repository, digest);
  await registry.putManifest(repository, tag, mediaType, bytes);
}
