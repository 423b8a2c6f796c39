import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../adapters/files/json-file.ts';
import type { ForgePaths } from './forge-paths.ts';

const Switch = z.strictObject({ isOn: z.boolean() });

/** What came of telling the foundry of a push. */
const Signalled = z.strictObject({
  commit: z.string(),
  /** When it was told for the last time, in UTC. */
  at: z.iso.datetime(),
  /** Of `foundry notify-merge`. */
  exitCode: z.int(),
  /** The first line of what it said. */
  said: z.string(),
});
export type Signalled = z.infer<typeof Signalled>;

const Progress = z.strictObject({
  /** The id of the last push that was looked at. */
  cursor: z.string(),
  last: Signalled.nullable(),
});
export type SignalProgress = z.infer<typeof Progress>;

/** Whether pushes to the branch are told to the foundry, and what came of the last. */
export interface MergeSignal {
  readonly isOn: boolean;
  readonly last: Signalled | null;
}

/** Reads how the merge signal stands. A lab in which nobody said anything has it on. */
export async function readMergeSignal(paths: ForgePaths): Promise<MergeSignal> {
  return { isOn: await isSwitchedOn(paths), last: (await readProgress(paths))?.last ?? null };
}

/** Switches it on or off, for a running lab too. What was pushed while it was off is never told. */
export async function switchMergeSignal(paths: ForgePaths, isOn: boolean): Promise<void> {
  await writeJsonFile(switchFile(paths), { isOn });
}

/** Whether it is on. */
export async function isSwitchedOn(paths: ForgePaths): Promise<boolean> {
  const said = await readJsonFile(switchFile(paths), Switch, {
    what: 'the switch of the lab’s merge signal',
    hint: 'Write it anew with `./foundry lab --merge-signal on`.',
  });
  return said?.isOn ?? true;
}

/** How far the lab has told its pushes; undefined before it looked for the first time. */
export async function readProgress(paths: ForgePaths): Promise<SignalProgress | undefined> {
  return await readJsonFile(progressFile(paths), Progress, {
    what: 'a file of the lab’s merge signal',
    hint: `Remove ${progressFile(paths)}: pushes are then told from now on.`,
  });
}

/** Remembers how far. */
export async function writeProgress(paths: ForgePaths, progress: SignalProgress): Promise<void> {
  await writeJsonFile(progressFile(paths), progress);
}

function switchFile({ root }: ForgePaths): string {
  return join(root, 'merge-signal.json');
}

function progressFile({ root }: ForgePaths): string {
  return join(root, 'merge-signal-progress.json');
}
