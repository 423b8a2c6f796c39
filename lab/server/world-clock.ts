import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ifThere } from '../../adapters/files/if-there.ts';
import { Clock, Day, readLabFile } from '../world/day.ts';

/** The part of a day file the server reads. */
const DayFile = Day.pick({ title: true, news: true, outage: true });

/** The day that is served now. */
export interface ServedDay extends Readonly<z.infer<typeof DayFile>> {
  readonly day: number;
  /** The folder whose files are served. */
  readonly publicDir: string;
}

/** Says which day it is. */
export interface WorldClock {
  /** The current day, or undefined while no world has been made. Throws FND_BAD_DATA for a malformed file. */
  today(): Promise<ServedDay | undefined>;
}

/** Reads `clock.json` and the day's file again whenever they change, at the price of two `stat` calls a request. */
export function openWorldClock(labDir: string): WorldClock {
  const readClock = readWhenChanged(Clock);
  const readDay = readWhenChanged(DayFile);

  async function today(): Promise<ServedDay | undefined> {
    const clock = await readClock(join(labDir, 'clock.json'));
    if (clock === undefined) return undefined;
    const dayDir = join(labDir, 'days', String(clock.day));
    const day = await readDay(join(dayDir, 'day.json'));
    if (day === undefined) return undefined;
    return { ...day, day: clock.day, publicDir: join(dayDir, 'public') };
  }

  return { today };
}

function readWhenChanged<T>(schema: z.ZodType<T>): (path: string) => Promise<T | undefined> {
  let known: { readonly version: string; readonly value: T } | undefined;

  return async function read(path) {
    const found = await ifThere(stat(path, { bigint: true }));
    if (found === undefined) return undefined;
    const version = [path, found.ino, found.mtimeNs, found.size].join(':');
    if (known?.version === version) return known.value;
    const value = await readLabFile(path, schema);
    known = value === undefined ? undefined : { version, value };
    return value;
  };
}
