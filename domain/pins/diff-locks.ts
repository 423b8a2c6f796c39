import { canonicalJson } from './canonical-json.ts';
import type { Lock, LockEntry } from './lock.ts';

/** One difference between two locks. `before` is missing for what came, `after` for what went. */
export interface LockChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before?: LockEntry;
  readonly after?: LockEntry;
}

/**
 * What differs between two locks, in the order of the lock: files of the same kind, name and platform are one that changed,
 * also when their address or version did.
 */
export function diffLocks(before: Lock, after: Lock): LockChange[] {
  const old = groups(before);
  const fresh = groups(after);
  const changes: LockChange[] = [];
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    changes.push(...diffGroup(old.get(key) ?? [], fresh.get(key) ?? []));
  }
  return changes;
}

function groups(lock: Lock): Map<string, LockEntry[]> {
  return Map.groupBy(lock.files, (entry) => JSON.stringify([entry.kind, entry.name, entry.platform]));
}

function diffGroup(before: readonly LockEntry[], after: readonly LockEntry[]): LockChange[] {
  const gone = before.filter((entry) => !after.some((other) => isSame(entry, other)));
  const come = after.filter((entry) => !before.some((other) => isSame(entry, other)));
  const changes: LockChange[] = [];
  for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
    const [left, right] = [gone[at], come[at]];
    if (left !== undefined && right !== undefined)
      changes.push({ kind: 'changed', before: left, after: right });
    else if (left !== undefined) changes.push({ kind: 'removed', before: left });
    else if (right !== undefined) changes.push({ kind: 'added', after: right });
  }
  return changes;
}

function isSame(a: LockEntry, b: LockEntry): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
