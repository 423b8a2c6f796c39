import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import type { ReleaseEntry } from '../../client/release/release-entry.ts';
import { findRelease } from '../../client/release/releases.ts';
import { withOwnTemporal } from '../../client/release/temporal.ts';
import { CACHE, type ReleasedLab } from './foundry.ts';

type Shown = Pick<ReleaseEntry, 'state' | 'status'>;

/** Before its workflow has begun, a release has nothing to show. */
const NOT_YET: Shown = { state: 'queued', status: null };
const PATIENCE_MS = 540_000;

interface Watching {
  /** What `foundry show` says, asked without a process of its own: who waits asks often. */
  readonly shown: (commit: string) => Promise<Shown>;
  /** Waits until it says so. */
  readonly untilShown: (
    commit: string,
    isSo: (shown: Shown) => boolean,
    options?: { readonly patienceMs?: number; readonly intervalMs?: number },
  ) => Promise<void>;
  readonly pidOf: (service: string) => Promise<number>;
  /** Waits for a line of a worker's log that was not there before. */
  readonly seenInLog: (words: string) => Promise<void>;
}

/** Ways to follow what goes on in a lab. */
export function watching(lab: ReleasedLab): Watching {
  const shown = async (commit: string): Promise<Shown> =>
    await withOwnTemporal(
      { state: lab.state, cache: CACHE },
      new AbortController().signal,
      async ({ client }) => await findRelease(client, commit),
    );
  return {
    shown,
    async untilShown(commit, isSo, { patienceMs = PATIENCE_MS, intervalMs = 500 } = {}) {
      await vi.waitUntil(async () => isSo(await shown(commit).catch(() => NOT_YET)), {
        timeout: patienceMs,
        interval: intervalMs,
      });
    },
    async pidOf(service) {
      const { stdout } = await lab.foundry('status', '--output', 'json');
      const { data } = JSON.parse(stdout) as { data: { services: { name: string; pid: number }[] } };
      return data.services.find(({ name }) => name === service)?.pid ?? 0;
    },
    async seenInLog(words) {
      const path = join(lab.state, 'logs', 'worker-build.log');
      const before = (await readFile(path, 'utf8')).length;
      const deadline = performance.now() + PATIENCE_MS;
      while (!(await readFile(path, 'utf8')).slice(before).includes(words)) {
        if (performance.now() > deadline) throw new Error(`in vain: ${words}`);
        await sleep(100);
      }
    },
  };
}
