import { z } from 'zod';
import { FoundryError, messageOf } from '../errors.ts';
import { PLATFORMS, PURPOSES, type Platform, type Purpose } from './variant.ts';
import { Address, Line, PackageName, PackageVersion, Sha256Text } from './values.ts';

/** What else than packages is locked. */
const FILE_KINDS = [
  'source',
  'source-signature',
  'source-keys',
  'image-index',
  'image-manifest',
  'image-config',
  'image-layer',
  'image-signature',
  'package-key',
  'package-index',
] as const;

/** Every kind, in the order of the lock. */
const KINDS: readonly string[] = [...FILE_KINDS, 'package'];

const bytes = {
  url: Address,
  mediaType: Line,
  /** In bytes. */
  size: z.int().positive(),
  /** Of the whole file. */
  sha256: Sha256Text,
};

const LockedPackage = z.strictObject({
  kind: z.literal('package'),
  name: PackageName,
  version: PackageVersion,
  platform: z.enum(PLATFORMS),
  /** The closures that the package is in, on this platform. */
  purposes: z.array(z.enum(PURPOSES)).min(1),
  ...bytes,
});
export type LockedPackage = z.infer<typeof LockedPackage>;

const LockedFile = z.strictObject({
  kind: z.enum(FILE_KINDS),
  /** What it belongs to: `core`, `provider`, `base` or `repository`. */
  name: z.enum(['core', 'provider', 'base', 'repository']),
  /** Null for what all platforms share. */
  platform: z.enum(PLATFORMS).nullable(),
  ...bytes,
});
export type LockedFile = z.infer<typeof LockedFile>;

/** One file that a release may use. */
export type LockEntry = LockedPackage | LockedFile;

/** Every byte that follows from the pins. */
export const Lock = z.strictObject({
  schemaVersion: z.literal(1),
  /** What the lock was made for, see `lockedInputs`. */
  pins: Sha256Text,
  files: z.array(z.discriminatedUnion('kind', [LockedPackage, LockedFile])),
});
export type Lock = z.infer<typeof Lock>;

/**
 * Reads `versions.lock.json`. `file` names it in errors. Throws FND_BAD_DATA for anything that {@link renderLock} would not
 * have written byte for byte: a lock is made by the foundry, never merged or edited by hand.
 */
export function readLock(text: string, file: string): Lock {
  const lock = parseLock(text, file);
  if (renderLock(lock) !== text) throw notOurs(file, 'it is not as the foundry writes it');
  return lock;
}

/**
 * The lock as JSON, a file an entry, in one order for one content: by kind, name, version, platform and address.
 * Throws FND_BAD_DATA when two entries contradict each other.
 */
export function renderLock(lock: Lock): string {
  const files = lock.files.map((entry) => inOrder(entry)).toSorted(compareEntries);
  checkAddresses(files);
  return `${JSON.stringify({ schemaVersion: lock.schemaVersion, pins: lock.pins, files }, null, 2)}\n`;
}

/** The packages of one closure on one platform, sorted by name. */
export function lockedPackages(lock: Lock, purpose: Purpose, platform: Platform): LockedPackage[] {
  return lock.files
    .filter((entry) => entry.kind === 'package')
    .filter((entry) => entry.platform === platform && entry.purposes.includes(purpose))
    .toSorted(compareEntries);
}

/** How errors and plans name an entry. */
export function entryText(entry: LockEntry): string {
  const subject = entry.kind === 'package' ? `${entry.name} ${entry.version}` : `${entry.name} ${entry.kind}`;
  return entry.platform === null ? subject : `${subject} (${entry.platform})`;
}

function parseLock(text: string, file: string): Lock {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw notOurs(file, `it is not JSON (${messageOf(error)})`, error);
  }
  const result = Lock.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notOurs(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, result.error);
}

function notOurs(file: string, reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${file} is not a lock: ${reason}`, {
    hint: 'Run `./foundry ingest`: it writes the lock anew.',
    cause,
  });
}

/** The members of an entry in their written order. */
function inOrder(entry: LockEntry): LockEntry {
  if (entry.kind !== 'package') {
    const { kind, name, platform, url, mediaType, size, sha256 } = entry;
    return { kind, name, platform, url, mediaType, size, sha256 };
  }
  const { kind, name, version, platform, url, mediaType, size, sha256 } = entry;
  const purposes = PURPOSES.filter((purpose) => entry.purposes.includes(purpose));
  return { kind, name, version, platform, purposes, url, mediaType, size, sha256 };
}

function compareEntries(a: LockEntry, b: LockEntry): number {
  const left = sortKey(a);
  const right = sortKey(b);
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at === -1) return 0;
  return (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
}

function sortKey(entry: LockEntry): string[] {
  const kind = String(KINDS.indexOf(entry.kind)).padStart(2, '0');
  const version = entry.kind === 'package' ? entry.version : '';
  return [kind, entry.name, version, entry.platform ?? '', entry.url];
}

function checkAddresses(files: readonly LockEntry[]): void {
  const seen = new Map<string, LockEntry>();
  for (const [index, entry] of files.entries()) {
    const before = files[index - 1];
    if (before !== undefined && compareEntries(before, entry) === 0) {
      throw new FoundryError('FND_BAD_DATA', `the lock names ${entryText(entry)} twice: ${entry.url}`);
    }
    const same = seen.get(entry.url);
    if (same !== undefined && (same.sha256 !== entry.sha256 || same.size !== entry.size)) {
      throw new FoundryError('FND_BAD_DATA', `the lock promises different bytes for ${entry.url}`);
    }
    seen.set(entry.url, entry);
  }
}
