import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../../adapters/store/hashing.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import {
  entryText,
  type Lock,
  type LockEntry,
  type LockedFile,
  type LockedPackage,
} from '../../domain/pins/lock.ts';
import type { Report } from '../../domain/report.ts';

type Measured = 'size' | 'sha256';

/** A lock entry before anybody has seen the bytes. */
type Unmeasured = Omit<LockedFile, Measured> | Omit<LockedPackage, Measured>;

/** One file that a step of ingest needs. */
interface Wanted {
  readonly entry: Unmeasured;
  /** The digest, where it is known before the bytes are: a pin, or what a verified file promises. */
  readonly sha256?: Sha256;
  /** Writes what the upstream has to a path. */
  readonly fetch: (path: string) => Promise<void>;
}

/** A file that was brought: on this disk, of the digest it has to have, and not trusted beyond that. */
export interface Brought {
  readonly path: string;
  readonly entry: LockEntry;
}

/** Where the steps of ingest get files from. What they may be, differs between ingest and release. */
export interface Supply {
  /** Brings one file. Throws FND_DIGEST_MISMATCH, FND_STALE_LOCK, and what fetching throws. */
  bring(wanted: Wanted): Promise<Brought>;
  /** Everything that was brought, each file once. */
  brought(): readonly Brought[];
  /** Takes back what was brought under a name: it was looked at, and is not needed. */
  putBack(name: LockEntry['name']): void;
}

/** What a supply is made with. */
export interface SupplyOptions {
  /** Where files are put until all of them are verified. */
  readonly folder: string;
  readonly store: ArtifactStore;
  readonly report: Report;
}

/**
 * Takes what the upstream has today. What is addressed by its digest, the files of an image, comes from the store when it is there, and so
 * does a package that `known` has locked under its address: the checksum of the index, which it is held against, covers all of it. Under
 * any other address the upstream may have other bytes by now, and that must be noticed.
 */
export function openSupply(options: SupplyOptions, known?: Lock): Supply {
  const locked = new Map(
    (known?.files ?? []).filter(({ kind }) => kind === 'package').map((file) => [file.url, file.sha256]),
  );
  return createSupply(options, ({ entry, sha256 }) => ({
    digest: sha256 ?? (entry.kind === 'package' ? locked.get(entry.url) : undefined),
    isAnyCopyGood: entry.kind.startsWith('image-') || entry.kind === 'package',
  }));
}

/** Takes what the lock names, byte for byte, from the store when it is there; nothing else. */
export function lockedSupply(options: SupplyOptions, lock: Lock): Supply {
  return createSupply(options, ({ entry, sha256 }) => {
    const locked = lock.files.find((file) => isFor(file, entry));
    if (locked === undefined) throw notLocked(entry);
    if (sha256 !== undefined && sha256 !== locked.sha256) throw mismatch(locked.url, sha256, locked.sha256);
    return { digest: locked.sha256, isAnyCopyGood: true };
  });
}

interface Expected {
  readonly digest: Sha256 | undefined;
  /** Whether a copy from the store is as good as the upstream's. */
  readonly isAnyCopyGood: boolean;
}

function createSupply(
  { folder, store, report }: SupplyOptions,
  expect: (wanted: Wanted) => Expected,
): Supply {
  let files: Brought[] = [];
  let count = 0;
  return {
    brought: () => files,
    putBack(name) {
      files = files.filter(({ entry }) => entry.name !== name);
    },
    async bring(wanted) {
      const before = files.find(({ entry }) => isFor(entry, wanted.entry));
      if (before !== undefined) return before;
      const { digest: expected, isAnyCopyGood } = expect(wanted);
      const path = join(folder, String((count += 1)));
      const isInStore =
        isAnyCopyGood && expected !== undefined && (await takeFrom(store, expected, path, report));
      if (!isInStore) {
        report(`fetching ${wanted.entry.url}`);
        await wanted.fetch(path);
      }
      const { digest, size } = await measure(createReadStream(path));
      if (expected !== undefined && digest !== expected) throw mismatch(wanted.entry.url, expected, digest);
      const brought = { path, entry: { ...wanted.entry, sha256: digest, size } };
      files.push(brought);
      return brought;
    },
  };
}

async function takeFrom(
  store: ArtifactStore,
  digest: Sha256,
  path: string,
  report: Report,
): Promise<boolean> {
  if (!(await store.has(digest))) return false;
  try {
    await store.fetchTo(digest, path);
    return true;
  } catch (error) {
    if (!(error instanceof FoundryError) || error.code !== 'FND_DIGEST_MISMATCH') throw error;
    report(`${error.message}; it is fetched anew`);
    return false;
  }
}

/** Whether a locked file is the one that is wanted. */
function isFor(file: LockEntry, wanted: Unmeasured): boolean {
  return (
    file.kind === wanted.kind &&
    file.name === wanted.name &&
    file.platform === wanted.platform &&
    file.url === wanted.url &&
    file.mediaType === wanted.mediaType
  );
}

function notLocked(entry: Unmeasured): FoundryError {
  const subject = `${entry.name} ${entry.kind}${entry.platform === null ? '' : ` (${entry.platform})`}`;
  return new FoundryError(
    'FND_STALE_LOCK',
    `the lock does not name ${entry.url}, which is needed as ${subject}`,
    {
      hint: 'Run `./foundry ingest`: it writes the lock anew.',
    },
  );
}

function mismatch(url: string, expected: Sha256, found: Sha256): FoundryError {
  return new FoundryError('FND_DIGEST_MISMATCH', `${url}: expected ${expected}, found ${found}`, {
    hint: 'The upstream has other bytes than the pinned ones. If that is meant, remove the pin and run `./foundry ingest`; if not, do not trust it.',
  });
}

/** Throws FND_STALE_LOCK when the lock names a file that no step has asked for, because nobody has verified it. */
export function requireAllUsed(lock: Lock, supply: Supply): void {
  const used = supply.brought().map(({ entry }) => entry);
  const unused = lock.files.filter((file) => !used.some((entry) => isFor(file, entry)));
  const [first] = unused;
  if (first === undefined) return;
  const others = unused.length === 1 ? '' : ` and ${unused.length - 1} more`;
  throw new FoundryError(
    'FND_STALE_LOCK',
    `the lock names ${entryText(first)}, ${first.url},${others} that no pin leads to`,
    { hint: 'Run `./foundry ingest`: it writes the lock anew.' },
  );
}

/** Puts everything that was brought into the store. Only called when all of it is verified. */
export async function admit(supply: Supply, store: ArtifactStore): Promise<void> {
  for (const { path, entry } of supply.brought()) {
    const { digest } = await store.put({ file: path }, entry.mediaType);
    if (digest !== entry.sha256) throw mismatch(path, entry.sha256, digest);
  }
}
