import { z } from 'zod';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { Artifact } from '../../domain/artifact.ts';
import { sha256 } from '../../domain/digest.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';
import { reuseOr } from '../artifacts/reuse.ts';

const Scan = z.strictObject({ raw: Artifact });
type Scan = z.infer<typeof Scan>;

/** Gives the report of a scan of these inputs, which is made only where nobody has made it: what {@link scanOnce} does for one scanner. */
export type Once = (
  inputs: Readonly<Record<string, string>>,
  scan: () => Promise<Uint8Array>,
) => Promise<Uint8Array>;

/** Scans under way in this process, by what they look at: two gates that need the same one wait for it together. */
const underWay = new Map<string, Promise<Scan>>();

/**
 * The report of a scan that several gates need: of equal inputs it is made once. `inputs` must name all that it depends on, the
 * scanner too. One that fails or is cancelled for another gate is made again for this one.
 */
export async function scanOnce(
  { store, results }: { readonly store: ArtifactStore; readonly results: ResultIndex },
  inputs: Parameters<typeof canonicalJson>[0] & object,
  scan: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const key = sha256(canonicalJson(inputs));
  const others = underWay.get(key);
  if (others !== undefined) {
    const scanned = await others.catch(() => undefined);
    if (scanned !== undefined) return await readBytes(store, scanned.raw);
  }
  const own = reuseOr({ store, results, isRebuild: false }, inputs, Scan, async () => ({
    raw: await store.put(await scan(), 'application/json'),
  })).then(({ result }) => result);
  underWay.set(key, own);
  try {
    return await readBytes(store, (await own).raw);
  } finally {
    if (underWay.get(key) === own) underWay.delete(key);
  }
}
