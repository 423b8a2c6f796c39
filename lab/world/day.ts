import { z } from 'zod';
import { readJsonFile } from '../../adapters/files/json-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { dayFile, type LabLayout } from './layout.ts';

const Digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .transform((text) => text as OciDigest);

/** An image or artifact of the lab in the registry. */
export const Published = z.object({ repository: z.string(), tag: z.string(), digest: Digest });
export type Published = z.infer<typeof Published>;

/** One day of the lab's upstream world: what it says of itself. The bytes are in the day's `public` folder. */
export const Day = z.object({
  schemaVersion: z.literal(1),
  day: z.number().int().nonnegative(),
  title: z.string(),
  news: z.array(z.string()),
  /** How the upstream fails on this day, if it does. */
  outage: z.enum(['errors', 'truncated']).nullable(),
  baseImage: Published,
  vulnerabilityDatabase: Published.extend({ updatedAt: z.iso.datetime() }),
  /** The newest core release that is published on this day, such as `3.5.6`. */
  newestCore: z.string(),
});
export type Day = z.infer<typeof Day>;

/** Which day it is in the lab. */
export const Clock = z.object({ day: z.number().int().nonnegative() });

/** The day that is served, or undefined when the lab was never started. Throws FND_BAD_DATA for a file we did not write. */
export async function readClock(layout: LabLayout): Promise<number | undefined> {
  return (await readLabFile(layout.clock, Clock))?.day;
}

/** Makes this the day that is served, at once. */
export async function writeClock(layout: LabLayout, day: number): Promise<void> {
  await writeFileAtomic(layout.clock, `${JSON.stringify({ day })}\n`);
}

/** The description of a day that was published, or undefined. Throws FND_BAD_DATA for a file we did not write. */
export async function readDay(layout: LabLayout, day: number): Promise<Day | undefined> {
  return await readLabFile(dayFile(layout, day), Day);
}

/** A file of the lab's world, or undefined where there is none. Throws FND_BAD_DATA for one we did not write. */
export async function readLabFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return await readJsonFile(path, schema, {
    what: 'a file the lab wrote',
    hint: `Remove ${path} and run \`./foundry lab\`: a day that is lost is published anew, a lost clock stands at day 0.`,
  });
}
