import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../adapters/process/run-tool.ts';
import { messageOf } from '../../domain/errors.ts';
import { EXIT_CODES } from '../../domain/exit-codes.ts';
import { type ForgePaths, forgePaths, LAB_REPOSITORY } from '../forge/forge-paths.ts';
import { type PushEvent, readPushEvents } from '../forge/git/push-events.ts';
import {
  isSwitchedOn,
  readProgress,
  type Signalled,
  type SignalProgress,
  writeProgress,
} from '../forge/merge-signal.ts';
import type { WriteLog } from './request-log.ts';

/** Tells the foundry of a merged commit. */
export type Notify = (commit: string, signal: AbortSignal) => Promise<Pick<Signalled, 'exitCode' | 'said'>>;

/** What the lab tells its pushes with. */
export interface MergeSignals {
  readonly stateDir: string;
  readonly log: WriteLog;
  /** The command `foundry notify-merge` when left out. */
  readonly notify?: Notify;
  readonly pauseMs?: number;
  readonly retryMs?: readonly number[];
}

const FOUNDRY = fileURLToPath(new URL('../../foundry', import.meta.url));
const PAUSE_MS = 500;
const NO_OBJECT = /^0+$/;
/** A server that is being started again answers within this. */
const RETRY_MS = [1000, 2000, 5000, 10_000, 20_000];
const LONGEST_MS = 120_000;
/** Exit codes of something that goes away by itself. */
const PASSING: readonly number[] = [EXIT_CODES.dependencyUnreachable, EXIT_CODES.stillRunning];

/**
 * Does what a forge does that runs `.github/workflows/release.yml`: runs `foundry notify-merge` for every push to the branch, one after the
 * other, while the merge signal is on. What came of it goes to the log and is remembered. Returns what ends it.
 */
export function startMergeSignals(options: MergeSignals): { close(): Promise<void> } {
  const controller = new AbortController();
  const ended = tellPushes(options, controller.signal);
  return {
    async close() {
      controller.abort();
      await ended;
    },
  };
}

async function tellPushes(options: MergeSignals, signal: AbortSignal): Promise<void> {
  const paths = forgePaths(options.stateDir);
  let complaint = '';
  while (!signal.aborted) {
    try {
      await tellNewPushes(paths, options, signal);
      complaint = '';
    } catch (error) {
      const said = messageOf(error);
      if (said !== complaint && !signal.aborted) log(options, { level: 'error', mergeSignal: said });
      complaint = said;
    }
    await pause(options.pauseMs ?? PAUSE_MS, signal);
  }
}

async function tellNewPushes(paths: ForgePaths, options: MergeSignals, signal: AbortSignal): Promise<void> {
  let progress = (await readProgress(paths)) ?? (await fromNowOn(paths));
  for (const event of await readPushEvents(paths.repository, progress.cursor)) {
    const last = (await isMerge(event, paths)) ? await tell(event.new, options, signal) : progress.last;
    if (signal.aborted) return;
    progress = { cursor: event.id, last };
    await writeProgress(paths, progress);
  }
}

async function fromNowOn(paths: ForgePaths): Promise<SignalProgress> {
  const events = await readPushEvents(paths.repository);
  const progress = { cursor: events.at(-1)?.id ?? '', last: null };
  await writeProgress(paths, progress);
  return progress;
}

async function isMerge({ ref, new: commit }: PushEvent, paths: ForgePaths): Promise<boolean> {
  const isBranch = ref === `refs/heads/${LAB_REPOSITORY.defaultBranch}`;
  return isBranch && !NO_OBJECT.test(commit) && (await isSwitchedOn(paths));
}

async function tell(commit: string, options: MergeSignals, signal: AbortSignal): Promise<Signalled> {
  const { notify = notifyOf(options.stateDir), retryMs = RETRY_MS } = options;
  for (let attempt = 0; ; attempt += 1) {
    const { exitCode, said } = await notify(commit, signal);
    const told = { commit, at: new Date().toISOString(), exitCode, said };
    log(options, { mergeSignal: commit, exitCode, said });
    const wait = retryMs[attempt];
    if (signal.aborted || wait === undefined || !PASSING.includes(exitCode)) return told;
    await pause(wait, signal);
  }
}

function notifyOf(stateDir: string): Notify {
  return async (commit, signal) => {
    const { exitCode, stdout, stderr } = await runTool({
      tool: 'foundry',
      file: FOUNDRY,
      args: ['--state-dir', stateDir, '--quiet', 'notify-merge', '--commit', commit],
      acceptExitCodes: Object.values(EXIT_CODES),
      timeoutMs: LONGEST_MS,
      signal,
    });
    const [said = ''] = (exitCode === EXIT_CODES.ok ? stdout : stderr).trim().split('\n', 1);
    return { exitCode, said };
  };
}

function log(options: MergeSignals, entry: Readonly<Record<string, unknown>>): void {
  options.log({ time: new Date().toISOString(), ...entry });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
