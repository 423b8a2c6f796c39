import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readClock, readDay, writeClock } from '../../../lab/world/day.ts';
import { dayFile, labLayout, type LabLayout } from '../../../lab/world/layout.ts';

let state: string;
let layout: LabLayout;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'foundry-lab-'));
  layout = labLayout({ state, cache: state });
});

afterEach(async () => {
  await rm(state, { recursive: true });
});

it('a damaged clock is refused with a way out that a lab which does not run can go', async () => {
  await writeClock(layout, 3);
  await writeFile(layout.clock, '{"day": ');
  await expect(readClock(layout)).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    hint: expect.stringContaining(`Remove ${layout.clock} and run`),
  });
  await rm(layout.clock);
  expect(await readClock(layout)).toBeUndefined();
});

it('so is a damaged day', async () => {
  await mkdir(dirname(dayFile(layout, 1)), { recursive: true });
  await writeFile(dayFile(layout, 1), '[]');
  await expect(readDay(layout, 1)).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    hint: expect.stringContaining(`Remove ${dayFile(layout, 1)} and run`),
  });
});
