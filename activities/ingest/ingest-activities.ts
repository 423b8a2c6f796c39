import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { readLock } from '../../domain/pins/lock.ts';
import { requireLockOf } from '../../domain/pins/lock-fit.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import type { IngestCheck, IngestDependencies, IngestRun } from './ingest-context.ts';
import { bringLocked, type IngestedPins } from './ingest-pinned.ts';
import { resolveAndVerify, type ResolvedPins, type ResolveOrder } from './resolve-pins.ts';
import { lockedSupply, openSupply, type Supply, type SupplyOptions } from './supply.ts';

/** Stage 1. Both activities may be repeated at any time, and leave nothing in the store unless all of it is verified. */
export interface IngestActivities {
  /**
   * What `foundry ingest` does: asks the upstream, verifies in the order of contract 2, decides by the policy of `versions.hcl`, and
   * returns its new text and the lock. The bytes enter the store, unless it is a dry run or nothing changes. Throws
   * FND_DIGEST_MISMATCH, FND_SIGNATURE_REFUSED, FND_ROLLED_BACK, FND_NOT_CERTIFIED, FND_UNRESOLVED, FND_BAD_DATA, FND_BAD_PINS,
   * FND_UNREACHABLE.
   */
  readonly resolvePins: (order: ResolveOrder) => Promise<ResolvedPins>;
  /**
   * What a release does: brings every byte that the lock names into the store and verifies all of it again, as if it came from
   * the upstream, also what the store holds already. Anything that is not in the lock or differs from it is refused. Throws
   * FND_UNPINNED, FND_STALE_LOCK, and what {@link resolvePins} throws.
   */
  readonly ingestPinned: (order: PinnedOrder) => Promise<IngestedPins>;
}

/** The texts of `versions.hcl` and its lock, as a commit holds them. */
interface PinnedOrder {
  readonly versions: string;
  readonly lock: string;
}

/** The activities of stage 1 with what they work on. */
export function createIngestActivities(dependencies: IngestDependencies): IngestActivities {
  return {
    async resolvePins(order) {
      const known = order.lock === null ? undefined : readLock(order.lock, LOCK_FILE);
      return withRun(
        dependencies,
        (options) => openSupply(options, known),
        (run, checks) => resolveAndVerify(run, order, checks),
      );
    },
    async ingestPinned(order) {
      const versions = requirePins(readVersions(order.versions, VERSIONS_FILE), VERSIONS_FILE);
      const lock = readLock(order.lock, LOCK_FILE);
      requireLockOf(versions, lock, LOCK_FILE);
      return withRun(
        dependencies,
        (options) => lockedSupply(options, lock),
        (run, checks) => bringLocked(run, versions, lock, checks),
      );
    },
  };
}

async function withRun<T>(
  dependencies: IngestDependencies,
  supplyOf: (options: SupplyOptions) => Supply,
  use: (run: IngestRun, checks: readonly IngestCheck[]) => Promise<T>,
): Promise<T> {
  const checks: IngestCheck[] = [];
  const { store, report } = dependencies;
  return withTemporaryDirectory((folder) =>
    use(
      {
        ...dependencies,
        supply: supplyOf({ folder, store, report }),
        passed(step, detail) {
          report(`${step}: ${detail}`);
          checks.push({ step, verdict: 'pass', detail });
        },
      },
      checks,
    ),
  );
}
