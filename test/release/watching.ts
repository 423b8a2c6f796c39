import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { z } from 'zod';
import { ReleaseStatus } from '../../domain/release/status.ts';
import type { ReleasedLab } from './foundry.ts';

const Shown = z.object({ data: z.object({ state: z.string(), status: ReleaseStatus.nullable() }) });
type Shown = z.infer<typeof Shown>['data'];

/** Before its workflow has begun, a release has nothing to show. */
const NOT_YET: Shown = { state: 'queued', status: null };
const PATIENCE_MS = 540_000;

interface Watching {
  /** What `foundry show` says. */
  readonly shown: (commit: string) => Promise<Shown>;
  /** Waits until `foundry show` says so. */
  readonly untilShown: (commit: string, isSo: (shown: Shown) => boolean) => Promise<void>;
  readonly pidOf: (service: string) => Promise<number>;
  /** Waits, while something is done, for a line of a worker's log that was not there before. */
  readonly seenInLog: (words: string, use: () => Promise<unknown>) => Promise<void>;
}

/** Ways to follow what goes on in a lab. */
export function watching(lab: ReleasedLab): Watching {
  const shown = async (commit: string): Promise<Shown> =>
    Shown.parse(JSON.parse((await lab.foundry('show', commit, '--output', 'json')).stdout)).data;
  return {
    shown,
    async untilShown(commit, isSo) {
      await vi.waitUntil(async () => isSo(await shown(commit).catch(() => NOT_YET)), {
        timeout: PATIENCE_MS,
        interval: 300,
      });
    },
    async pidOf(service) {
      const { stdout } = await lab.foundry('status', '--output', 'json');
      const { data } = JSON.parse(stdout) as { data: { services: { name: string; pid: number }[] } };
      return data.services.find(({ name }) => name === service)?.pid ?? 0;
    },
    async seenInLog(words, use) {
      const path = join(lab.state, 'logs', 'worker-build.log');
      const before = (await readFile(path, 'utf8')).length;
      const using = use();
      const deadline = performance.now() + PATIENCE_MS;
      while (!(await readFile(path, 'utf8')).slice(before).includes(words)) {
        if (performance.now() > deadline) throw new Error(`in vain: ${words}`);
        await sleep(100);
      }
      await using;
    },
  };
}
