import { join } from 'node:path';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { WatchRecord } from '../../domain/watch/record.ts';
import { readJsonFile, writeJsonFile } from '../files/json-file.ts';
import type { ResultIndex } from '../results/result-index.ts';

const HINT =
  'Bring back an earlier one: runs of the workflow `watch` name each by its digest, and the store holds them.';
/** Under which it is kept among results. No work has these inputs: theirs are digests of JSON. */
const KEY = sha256('the record of the watch');

/** The record of the watch, as it was after the last look. */
export interface WatchRecordFile {
  /** Undefined before the first look. Throws FND_BAD_DATA for a file that is none: nothing is made up in its place. */
  read(): Promise<WatchRecord | undefined>;
  /** Replaces it, whole or not at all. Throws FND_DISK_FULL, FND_PERMISSION. */
  write(record: WatchRecord): Promise<void>;
}

/** Where the record is in a state folder. */
export function watchRecordPath(stateDir: string): string {
  return join(stateDir, 'watch', 'record.json');
}

/** Opens the record at a path; nothing is read yet. */
export function openWatchRecord(path: string): WatchRecordFile {
  return {
    read: () =>
      readJsonFile(path, WatchRecord, {
        what: 'a record of the watch',
        hint: HINT,
      }),
    write: (record) => writeJsonFile(path, record),
  };
}

/** Opens the record that machines share, kept with the results of earlier work; nothing is read yet. */
export function openSharedWatchRecord(results: ResultIndex): WatchRecordFile {
  return {
    async read() {
      const kept = await results.find(KEY);
      if (kept === undefined) return undefined;
      const record = WatchRecord.safeParse(kept);
      if (record.success) return record.data;
      throw new FoundryError('FND_BAD_DATA', 'what is kept with the results is not a record of the watch', {
        hint: HINT,
        cause: record.error,
      });
    },
    write: (record) => results.record(KEY, record),
  };
}
