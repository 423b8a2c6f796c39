import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorldClock } from '../../../lab/server/world-clock.ts';
import { makeWorld, type TestWorld } from './make-world.ts';

describe('the world clock', () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => await world.remove());

  it('sees the next day and a changed day at once', async () => {
    const clock = openWorldClock(join(world.stateDir, 'lab'));
    expect(await clock.today()).toMatchObject({ day: 0, outage: null });
    await world.writeDay(1, { news: ['something new'] });
    await world.setDay(1);
    expect(await clock.today()).toMatchObject({ day: 1, news: ['something new'] });
    await world.writeDay(1, { outage: 'errors' });
    expect(await clock.today()).toMatchObject({ day: 1, outage: 'errors' });
  });

  it('knows that there is no world yet', async () => {
    const empty = join(world.stateDir, 'elsewhere');
    await mkdir(empty);
    expect(await openWorldClock(empty).today()).toBeUndefined();
  });

  it('refuses a clock that the lab did not write', async () => {
    const lab = join(world.stateDir, 'lab');
    await writeFile(join(lab, 'clock.json'), '{"day":"../../etc"}');
    await expect(openWorldClock(lab).today()).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
