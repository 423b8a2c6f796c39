import { z } from 'zod';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { Artifact } from '../../domain/artifact.ts';
import { findReusable, keyOfInputs } from '../artifacts/reuse.ts';

const Scan = z.strictObject({ raw: Artifact });
type Scan = z.infer<typeof Scan>;

/** Gives the report of a scan of these inputs, which is made only where nobody has made it: what {@link scanOnce} does for one scanner. */
export type Once = (
  inputs: Readonly<Record<string, string>>,
  scan: () => Promise<Uint8Array>,
) => Promise<Uint8Array>;

/** Scans under way in this process, by what they look at: two gates that need the same one wait for it together. */
const underWay = new Map<string, Promise<Scan>>();

/** Where reports are looked for. */
export interface Reports {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  /** Is given what keeps a new report for later: a gate does so when it ran well, so that one that shows nothing is made again. */
  readonly whenItRanWell: (keep: () => Promise<void>) => void;
}

/**
 * The report of a scan that several gates need: of equal inputs it is made once. `inputs` must name all that it depends on, the
 * scanner too. One that fails or is cancelled for another gate is made again for this one.
 */
export async function scanOnce(
  reports: Reports,
  inputs: object,
  scan: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const key = keyOfInputs(inputs);
  const others = underWay.get(key);
  if (others !== undefined) {
    const scanned = await others.catch(() => undefined);
    if (scanned !== undefined) return await readBytes(reports.store, scanned.raw);
  }
  const own = findOrScan(reports, inputs, scan);
  underWay.set(key, own);
  try {
    return await readBytes(reports.store, (await own).raw);
  } finally {
    if (underWay.get(key) === own) underWay.delete(key);
  }
}

async function findOrScan(reports: Reports, inputs: object, scan: () => Promise<Uint8Array>): Promise<Scan> {
  const { store, results, whenItRanWell } = reports;
  const found = await findReusable(reports, inputs, Scan);
  if (found !== undefined) return found;
  const made = { raw: await store.put(await scan(), 'application/json') };
  whenItRanWell(async () => results.record(keyOfInputs(inputs), made));
  return made;
}
