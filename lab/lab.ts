import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cursorsPath } from '../adapters/cursors/cursors.ts';
import type { Directories } from '../adapters/directories/directories.ts';
import { withFileLock } from '../adapters/host/file-lock.ts';
import type { Toolchain } from '../adapters/toolchain/toolchain.ts';
import { FoundryError } from '../domain/errors.ts';
import type { Report } from '../domain/report.ts';
import { listServices, startServices } from '../services/control.ts';
import { EMBEDDED_SERVICES, isWorker } from '../services/embedded/names.ts';
import { startEmbedded } from '../services/embedded/start-embedded.ts';
import { readEndpoints } from '../services/endpoints.ts';
import { ensureForge, resetForge } from './forge/forge.ts';
import { forgePaths, LAB_REPOSITORY } from './forge/forge-paths.ts';
import { type MergeSignal, readMergeSignal, switchMergeSignal } from './forge/merge-signal.ts';
import { labPort, labService } from './lab-service.ts';
import { seedFiles } from './forge/seed-files.ts';
import { readTokens } from './forge/tokens.ts';
import { writeProfile } from './profile/write-profile.ts';
import { LAST_DAY } from './world/calendar.ts';
import { readClock, readDay, type Day } from './world/day.ts';
import { labContext, type LabContext } from './world/lab-context.ts';
import { labLayout } from './world/layout.ts';
import { ensureStock, type Stock } from './world/stock.ts';
import { turnTo } from './world/turn-to.ts';

/** What the commands of the lab need from their caller. */
export interface LabCall {
  readonly directories: Directories;
  readonly tools: Toolchain;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** A lab that runs. */
export interface RunningLab {
  readonly url: string;
  readonly git: string;
  readonly api: string;
  readonly registry: string;
  readonly lastDay: number;
  readonly today: Day;
  readonly mergeSignal: MergeSignal;
}

/**
 * Starts the services and the lab, and makes the lab's world when it was never made. What is there is used again. `isSignalling` switches
 * the merge signal, also of a lab that runs. Throws what the services, the archives and the tools throw.
 */
export async function startLab(call: LabCall, isSignalling?: boolean): Promise<RunningLab> {
  const { directories, tools, report, signal } = call;
  await startEmbedded({
    directories,
    tools,
    signal,
    only: EMBEDDED_SERVICES.filter((name) => !isWorker(name)),
    onStarted: ({ name, address }) => report(`${name} runs at ${address}`),
  });
  return changeWorld(call, async (context, stock) => {
    const forge = await ensureForge(forgeOptions(context, stock));
    if (isSignalling !== undefined) await switchMergeSignal(forge, isSignalling);
    await writeProfile(context, await readTokens(forge.tokens));
    const today = await turnTo((await readClock(context.layout)) ?? 0, stock, context);
    await startServices(directories, [labService(directories, Number(new URL(context.url).port))], {
      signal,
    });
    return await running(context, today);
  });
}

/** Publishes the next day, or every day up to `to`. Throws FND_BAD_INPUT after the last day, FND_NOT_RUNNING. */
export async function advanceLab(call: LabCall, to?: number): Promise<RunningLab> {
  await requireRunning(call.directories);
  return changeWorld(call, async (context, stock) => {
    const from = (await readClock(context.layout)) ?? 0;
    const last = to ?? from + 1;
    requireDay(last, from);
    let today: Day | undefined;
    for (let day = from + 1; day <= last; day += 1) today = await turnTo(day, stock, context);
    if (today === undefined) throw new Error('no day was published');
    return await running(context, today);
  });
}

/** Goes back to day 0, makes every day anew from the stock, and puts the forge back to its first commit. Keys and tokens stay. */
export async function resetLab(call: LabCall): Promise<RunningLab> {
  await requireRunning(call.directories);
  return changeWorld(call, async (context, stock) => {
    await rm(context.layout.clock, { force: true });
    await rm(context.layout.days, { recursive: true, force: true });
    // What was remembered of the upstreams was true of days that never were.
    await rm(dirname(cursorsPath(call.directories.state)), { recursive: true, force: true });
    await resetForge(forgeOptions(context, stock));
    return await running(context, await turnTo(0, stock, context));
  });
}

/** The lab as it is. Throws FND_NOT_RUNNING. */
export async function describeLab(call: LabCall): Promise<RunningLab> {
  await requireRunning(call.directories);
  const context = await contextOf(call);
  const day = await readClock(context.layout);
  const today = day === undefined ? undefined : await readDay(context.layout, day);
  if (today === undefined) throw notRunning();
  return await running(context, today);
}

async function changeWorld<T>(
  call: LabCall,
  change: (context: LabContext, stock: () => Promise<Stock>) => Promise<T>,
): Promise<T> {
  const { directories, report, signal } = call;
  const lock = {
    path: join(labLayout(directories).root, 'lock'),
    onWait: () => report('waiting for another command that changes this lab'),
    signal,
  };
  return withFileLock(lock, async () => {
    const context = await contextOf(call);
    let stock: Promise<Stock> | undefined;
    return change(context, () => (stock ??= ensureStock(context)));
  });
}

async function contextOf(call: LabCall): Promise<LabContext> {
  const endpoints = await readEndpoints(call.directories);
  return labContext({ ...call, endpoints, port: await labPort(call.directories) });
}

function forgeOptions(context: LabContext, stock: () => Promise<Stock>): Parameters<typeof ensureForge>[0] {
  const { directories, report } = context;
  return { stateDir: directories.state, seedFiles: async () => seedFiles(context, await stock()), report };
}

async function requireRunning(directories: Directories): Promise<void> {
  const services = await listServices(directories);
  if (!services.some(({ name, state }) => name === 'lab' && state === 'running')) throw notRunning();
}

function notRunning(): FoundryError {
  return new FoundryError('FND_NOT_RUNNING', 'the lab does not run', {
    hint: 'Start it with `./foundry lab`.',
  });
}

function requireDay(day: number, from: number): void {
  if (Number.isInteger(day) && day > from && day <= LAST_DAY) return;
  const days = from === LAST_DAY ? 'this is the last day' : `the next days are ${from + 1} to ${LAST_DAY}`;
  throw new FoundryError('FND_BAD_INPUT', `the lab cannot go from day ${from} to day ${day}: ${days}`, {
    hint: 'Go back to day 0 with `./foundry lab reset`.',
  });
}

async function running({ directories, url, registry }: LabContext, today: Day): Promise<RunningLab> {
  return {
    url,
    git: `${url}/git/${LAB_REPOSITORY.fullName}.git`,
    api: `${url}/api/v3`,
    registry: registry.host,
    lastDay: LAST_DAY,
    today,
    mergeSignal: await readMergeSignal(forgePaths(directories.state)),
  };
}
