import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-atomic.ts';

/** A state folder with a tiny world in it, and ways to change it. */
export interface TestWorld {
  readonly stateDir: string;
  setDay(day: number): Promise<void>;
  writeDay(day: number, facts?: { outage?: 'errors' | 'truncated' | null; news?: string[] }): Promise<void>;
  writeFile(day: number, path: string, content: string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a world of one well day 0 without files. */
export async function makeWorld(): Promise<TestWorld> {
  const stateDir = await mkdtemp(join(tmpdir(), 'foundry-lab-test-'));
  const lab = join(stateDir, 'lab');
  const world: TestWorld = {
    stateDir,
    setDay: async (day) => await writeFileAtomic(join(lab, 'clock.json'), JSON.stringify({ day })),
    writeDay: async (day, { outage = null, news = [] } = {}) =>
      await writeFileAtomic(
        join(lab, 'days', String(day), 'day.json'),
        JSON.stringify({ day, title: `Test day ${day}`, news, outage }),
      ),
    writeFile: async (day, path, content) =>
      await writeFileAtomic(join(lab, 'days', String(day), 'public', path), content),
    remove: async () => await rm(stateDir, { recursive: true, force: true }),
  };
  await world.writeDay(0);
  await world.setDay(0);
  return world;
}
