import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { vi } from 'vitest';
import type { z } from 'zod';
import type { Client } from '@temporalio/client';
import { setEvery } from '../../adapters/temporal-schedules/schedules.ts';
import { withOwnTemporal } from '../../client/release/temporal.ts';
import { INGEST_ID } from '../../domain/ingest/contract.ts';
import { IngestStatus } from '../../domain/ingest/status.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { type Scheduled, SCHEDULES } from '../../domain/schedule/contract.ts';
import { WATCH_ID } from '../../domain/watch/contract.ts';
import { WatchRecord } from '../../domain/watch/record.ts';
import { WatchStatus } from '../../domain/watch/status.ts';
import { forgePaths } from '../../lab/forge/forge-paths.ts';
import { CACHE, type ReleasedLab } from './foundry.ts';

/** The command takes whole minutes; days pass faster here. A look at what is published costs more than a poll. */
const EVERY_MS = { ingest: 10_000, watch: 30_000 } as const satisfies Record<Scheduled, number>;
/** While a release is made, which they would take nearly half of the machine from. */
const SLOWLY_MS = { ingest: 60_000, watch: 600_000 } as const satisfies Record<Scheduled, number>;
/** A poll and the pins that follow from it take less, on a machine that does other things as well. */
const PATIENCE_MS = 540_000;

/** A lab that is left alone: what its schedules did, and what came of it. */
export class Unattended {
  readonly lab: ReleasedLab;

  constructor(lab: ReleasedLab) {
    this.lab = lab;
  }

  /** Goes back to day 0 and the first commit, and switches on what works by itself. */
  async begin(): Promise<void> {
    await this.#must('lab', 'reset');
    await this.#must('lab', '--merge-signal', 'on');
    await this.#setEvery(EVERY_MS);
    await this.#must('schedule', 'resume', 'ingest', 'watch');
  }

  /** Lets the schedules fire more seldom while this goes on. */
  async slowly<T>(use: () => Promise<T>): Promise<T> {
    await this.#setEvery(SLOWLY_MS);
    try {
      return await use();
    } finally {
      await this.#setEvery(EVERY_MS);
    }
  }

  /** Switches it off again: what comes after is done by hand. */
  async end(): Promise<void> {
    await this.#must('schedule', 'pause', 'ingest', 'watch');
    await this.#must('lab', '--merge-signal', 'off');
  }

  async advance(): Promise<void> {
    await this.#must('lab', 'advance');
  }

  /** The commits of the branch, the oldest first. */
  async log(): Promise<readonly { readonly commit: string; readonly message: string }[]> {
    const { repository } = forgePaths(this.lab.state);
    const { stdout } = await execa('git', [
      '--git-dir',
      repository,
      'log',
      '--reverse',
      '--format=%H%n%B%x00',
    ]);
    return stdout
      .split('\0')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .map((entry) => ({ commit: entry.slice(0, 40), message: entry.slice(41) }));
  }

  /** Waits until the branch has so many commits, and returns the newest. */
  async untilCommits(count: number): Promise<{ readonly commit: string; readonly message: string }> {
    await vi.waitUntil(async () => (await this.log()).length >= count, {
      timeout: PATIENCE_MS,
      interval: 500,
    });
    const log = await this.log();
    if (log.length > count)
      throw new Error(`${log.length} commits, expected ${count}: ${JSON.stringify(log)}`);
    return log.at(-1) ?? { commit: '', message: '' };
  }

  /** Waits for a run of ingest that began after now and of which this is so. */
  async untilIngested(isSo: (status: IngestStatus) => boolean = () => true): Promise<IngestStatus> {
    return await this.#until(INGEST_ID, IngestStatus, (status) => status.outcome !== null && isSo(status));
  }

  /** Waits for a look at what is published that began after now and of which this is so. */
  async untilWatched(isSo: (watched: NonNullable<WatchStatus['watched']>) => boolean): Promise<WatchStatus> {
    return await this.#until(WATCH_ID, WatchStatus, ({ watched }) => watched !== null && isSo(watched));
  }

  /** What is known of everything that was ever published. */
  async record(): Promise<WatchRecord> {
    return WatchRecord.parse(
      JSON.parse(await readFile(join(this.lab.state, 'watch', 'record.json'), 'utf8')),
    );
  }

  async #until<T>(id: string, schema: z.ZodType<T>, isSo: (status: T) => boolean): Promise<T> {
    const since = new Date().toISOString();
    return await this.#client(async (client) =>
      vi.waitUntil(
        async () => {
          const query = `WorkflowId = '${id}' AND ExecutionStatus = 'Completed' AND StartTime > '${since}'`;
          for await (const { memo } of client.workflow.list({ query })) {
            const status = schema.parse(memo?.[STATUS_MEMO]);
            if (isSo(status)) return status;
          }
          return undefined;
        },
        { timeout: PATIENCE_MS, interval: 500 },
      ),
    );
  }

  async #setEvery(times: Readonly<Record<Scheduled, number>>): Promise<void> {
    await this.#client(async (client) => {
      for (const definition of SCHEDULES)
        await setEvery(client, definition, { ms: times[definition.id], by: 'a test' });
    });
  }

  async #client<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const directories = { state: this.lab.state, cache: CACHE };
    return await withOwnTemporal(directories, new AbortController().signal, ({ client }) => use(client));
  }

  async #must(...args: string[]): Promise<void> {
    const { code, stderr } = await this.lab.foundry(...args);
    if (code !== 0) throw new Error(`foundry ${args.join(' ')} ended with ${code}:\n${stderr}`);
  }
}
