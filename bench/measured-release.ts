import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { cloneBranch } from '../adapters/git/checkout.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { VERSIONS_FILE } from '../domain/pins/pin-files.ts';
import { readVersions } from '../domain/pins/read-versions.ts';
import { ReleaseStatus } from '../domain/release/status.ts';
import type { Resources } from '../worker/resources.ts';

const FOUNDRY = fileURLToPath(new URL('../foundry', import.meta.url));

const Release = z.object({ seconds: z.number(), status: ReleaseStatus });
/** What `foundry release --output json` says, as far as it is measured. */
export type MeasuredRelease = z.infer<typeof Release>;

/** A line of a table: what, and its value. */
export type Row = readonly [string, string];

/** Runs the command and returns the data that it prints. Throws when it fails, or prints something else. */
export async function foundry<T>(data: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { stdout } = await execa(FOUNDRY, ['--quiet', '--output', 'json', ...args]);
  return z.object({ data }).parse(JSON.parse(stdout)).data;
}

/** Releases a commit and waits for its end. */
export async function release(commitId: string): Promise<MeasuredRelease> {
  return await foundry(Release, 'release', '--wait', '--commit', commitId);
}

/** Changes a file of the forge's branch, and returns the commit and the version that it pins. */
export async function commit(
  { profile }: Pick<Resources, 'profile'>,
  path: string,
  change: (text: string) => string,
): Promise<{ commit: string; version: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-bench-'));
  try {
    const checkout = await cloneBranch(await forgeOf(await profile()), folder);
    const versions = readVersions((await checkout.read(VERSIONS_FILE)) ?? '', VERSIONS_FILE);
    const id = await checkout.commit({ [path]: change((await checkout.read(path)) ?? '') }, 'Measure');
    return { commit: id, version: versions.core.version };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The time of each stage and of each part of it. */
export function rowsOf({ status }: MeasuredRelease): Row[] {
  return status.stages.flatMap(({ stage, seconds, parts }): Row[] => [
    [`  ${stage}`, `${(seconds ?? 0).toFixed(1)} s`],
    ...parts.map((part): Row => [`    ${part.name}`, `${(part.seconds ?? 0).toFixed(1)} s`]),
  ]);
}

/** Prints a table. */
export function print(rows: readonly Row[]): void {
  process.stdout.write(`${rows.map(([what, value]) => `${what.padEnd(56)} ${value}`).join('\n')}\n`);
}
