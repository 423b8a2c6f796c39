import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Directories, resolveDirectories } from '../../adapters/directories/directories.ts';
import { openToolchain, type Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { advanceLab, type LabCall, resetLab, type RunningLab, startLab } from '../../lab/lab.ts';
import { stopServices } from '../../services/control.ts';

/** A lab of a test's own: its state is thrown away, the cache is everybody's. */
export interface TestLab {
  readonly directories: Directories;
  readonly tools: Toolchain;
  /** What the last command said. */
  now(): RunningLab;
  start(): Promise<RunningLab>;
  advance(to?: number): Promise<RunningLab>;
  reset(): Promise<RunningLab>;
  dispose(): Promise<void>;
}

/** Makes a {@link TestLab} and starts it. */
export async function startTestLab(): Promise<TestLab> {
  const directories = {
    state: await mkdtemp(join(tmpdir(), 'foundry-lab-')),
    cache: resolveDirectories(process.env).cache,
  };
  const tools = await openToolchain(directories, process.env);
  const call: LabCall = { directories, tools, report: () => undefined, signal: new AbortController().signal };
  let now = await startLab(call, false);
  return {
    directories,
    tools,
    now: () => now,
    start: async () => (now = await startLab(call, false)),
    advance: async (to) => (now = await advanceLab(call, to)),
    reset: async () => (now = await resetLab(call)),
    async dispose() {
      await stopServices(directories);
      await rm(directories.state, { recursive: true });
    },
  };
}
