import { join } from 'node:path';
import type { Advisory } from '../advisories/advisory.ts';
import { pushScannerDatabase } from '../advisories/push-database.ts';
import { buildScannerDatabase, DATABASE_SCHEMA } from '../advisories/scanner-database.ts';
import type { Day } from './day.ts';
import type { LabContext } from './lab-context.ts';

export const DATABASE_REPOSITORY = 'aquasecurity/trivy-db';

/** The real database is built every six hours; the lab's is given a new time no later than that. */
const REFRESH_MS = 6 * 3_600_000;

/** Builds the scanner database of these advisories as of now and pushes it by digest; no tag moves. */
export async function publishDatabase(
  advisories: readonly Advisory[],
  context: LabContext,
): Promise<Day['vulnerabilityDatabase']> {
  const updatedAt = new Date(Math.floor(Date.now() / 1000) * 1000);
  const layer = await buildScannerDatabase(advisories, {
    cacheDir: join(context.layout.cache, 'database'),
    tools: context.tools,
    updatedAt,
    report: context.report,
    signal: context.signal,
  });
  const aside = `at-${updatedAt.getTime() / 1000}`;
  const digest = await pushScannerDatabase(context.registry, DATABASE_REPOSITORY, aside, layer, updatedAt);
  return {
    repository: DATABASE_REPOSITORY,
    tag: String(DATABASE_SCHEMA),
    digest,
    updatedAt: updatedAt.toISOString(),
  };
}

/** Whether a database is so old that a scanner would ask for a newer one. */
export function isStale({ updatedAt }: Day['vulnerabilityDatabase'], now = Date.now()): boolean {
  return now - Date.parse(updatedAt) > REFRESH_MS;
}
