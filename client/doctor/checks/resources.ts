import { join } from 'node:path';
import { builtFolder } from '../../../adapters/toolchain/toolchain.ts';
import { manifestPath } from '../../../adapters/toolchain/manifest.ts';
import { fail, pass, warn, type Check, type Finding, type Patient } from '../check.ts';

const GIB = 1024 ** 3;
const DISK_WARN_BYTES = 10 * GIB;
const DISK_FAIL_BYTES = 2 * GIB;
const MEMORY_WARN_BYTES = 4 * GIB;

/** Clocks of machines that work together differ a little; more than this is wrong. */
const CLOCK_TOLERANCE_MS = 60_000;
const CLOCK_JUMP_MS = 50;

/** Disk, memory and time. */
export const RESOURCE_CHECKS: readonly Check[] = [
  {
    id: 'disk-state',
    title: 'disk for state',
    run: async ({ host, directories }) => await checkDisk(host, directories.state, 'FOUNDRY_STATE_DIR'),
  },
  {
    id: 'disk-cache',
    title: 'disk for the cache',
    run: async ({ host, directories }) => await checkDisk(host, directories.cache, 'FOUNDRY_CACHE_DIR'),
  },
  { id: 'memory', title: 'memory', run: checkMemory },
  { id: 'clock', title: 'clock', run: checkClock },
];

async function checkDisk(host: Patient['host'], path: string, variable: string): Promise<Finding> {
  const free = await host.freeBytes(path);
  const detail = `${gib(free)} free at ${path}`;
  const fix = `free some space, or move it: export ${variable}=/some/larger/disk`;
  if (free < DISK_FAIL_BYTES) return fail(`${detail}; ${gib(DISK_FAIL_BYTES)} is the least`, fix);
  if (free < DISK_WARN_BYTES) return warn(`${detail}; a release needs about ${gib(DISK_WARN_BYTES)}`, fix);
  return pass(detail);
}

async function checkMemory({ host }: Patient): Promise<Finding> {
  const bytes = host.memoryBytes();
  if (bytes >= MEMORY_WARN_BYTES) return pass(gib(bytes));
  return warn(
    `${gib(bytes)}; building the toolchain takes up to ${gib(MEMORY_WARN_BYTES)}`,
    'give the machine or container more memory, or close other programs while tools are built',
  );
}

/**
 * A clock that is early makes fresh certificates look not yet valid, and signed times wrong.
 * So it must not be before anything that is already written, must not jump, and must not be known to be unsynchronised.
 */
async function checkClock(patient: Patient): Promise<Finding> {
  const { host } = patient;
  const { now, jumpMs } = await host.clock();
  const fix = `${host.isRoot ? '' : 'sudo '}timedatectl set-ntp true`;
  for (const { what, at } of await writtenTimes(patient)) {
    if (now.getTime() < at.getTime() - CLOCK_TOLERANCE_MS) {
      return fail(`${now.toISOString()} is before ${what}, ${at.toISOString()}`, fix);
    }
  }
  if (Math.abs(jumpMs) > CLOCK_JUMP_MS) {
    return warn(`it jumped by ${Math.round(jumpMs)} ms while we watched`, fix);
  }
  const ntp = await host.command('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const synchronised = ntp.found && ntp.exitCode === 0 ? ntp.output : 'unknown';
  if (synchronised === 'no') return warn('the system says that it is not synchronised', fix);
  const known =
    synchronised === 'yes' ? 'synchronised' : 'this system does not say whether it is synchronised';
  return pass(`${now.toISOString()}, after everything already written; ${known}`);
}

async function writtenTimes({ host, root, directories }: Patient): Promise<{ what: string; at: Date }[]> {
  const commit = await host.command('git', ['log', '-1', '--format=%cI'], root);
  const committed = commit.found && commit.exitCode === 0 ? new Date(commit.output) : undefined;
  const times = [
    { what: 'the newest commit of this checkout', at: committed },
    { what: 'the checkout itself', at: await host.writtenAt(join(root, 'package.json')) },
    { what: 'the toolchain', at: await host.writtenAt(manifestPath(builtFolder(directories))) },
  ];
  return times.flatMap(({ what, at }) =>
    at === undefined || Number.isNaN(at.getTime()) ? [] : [{ what, at }],
  );
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
