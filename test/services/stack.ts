import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Directories, resolveDirectories } from '../../adapters/directories/directories.ts';
import { type Toolchain, openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { stopServices } from '../../services/control.ts';
import { servicePaths } from '../../services/service-paths.ts';
import { readInstance } from '../../services/supervisor/instance.ts';
import { type ProcessIdentity, isAlive } from '../../services/supervisor/process-identity.ts';

/** A state folder of a test's own, with the tools of this machine. */
export interface TestStack {
  readonly directories: Directories;
  readonly tools: Toolchain;
  /** The processes the supervisor's file names now: itself, then its services. */
  processes(): Promise<ProcessIdentity[]>;
  /** Stops what runs and removes the folder. */
  dispose(): Promise<void>;
}

/** Makes a {@link TestStack}; nothing is started. */
export async function createTestStack(): Promise<TestStack> {
  const state = await mkdtemp(join(tmpdir(), 'foundry-services-'));
  const { cache } = resolveDirectories(process.env);
  const directories = { state, cache };
  return {
    directories,
    tools: await openToolchain(directories, process.env),
    async processes() {
      const instance = await readInstance(servicePaths(directories).supervisor);
      return instance === undefined
        ? []
        : [instance.process, ...instance.services.map((service) => service.process)];
    },
    async dispose() {
      await stopServices(directories);
      await rm(state, { recursive: true });
    },
  };
}

/** Waits until `isSo` holds. Throws after ten seconds, naming `what` was awaited. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until none of the processes is left. */
export async function untilGone(processes: readonly ProcessIdentity[]): Promise<void> {
  await until('all processes end', () => processes.every((process) => !isAlive(process)));
}

/** The local addresses on which a process listens, in the kernel's hex form without the port. */
export async function listeningAddresses(pid: number): Promise<string[]> {
  const links = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(links.map((link) => readlink(`/proc/${pid}/fd/${link}`).catch(() => '')));
  const inodes = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')),
  );
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === '0A' && inodes.has(inode) ? [local.slice(0, local.indexOf(':'))] : [];
    }),
  );
}
