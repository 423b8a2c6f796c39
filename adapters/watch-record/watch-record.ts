import { join } from 'node:path';
import { WatchRecord } from '../../domain/watch/record.ts';
import { readJsonFile, writeJsonFile } from '../files/json-file.ts';

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
        hint: 'Bring back an earlier one: runs of the workflow `watch` name each by its digest, and the store holds them.',
      }),
    write: (record) => writeJsonFile(path, record),
  };
}
