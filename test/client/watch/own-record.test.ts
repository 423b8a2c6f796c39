import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openResults, storePlaceOf } from '../../../adapters/store/open-store.ts';
import {
  openSharedWatchRecord,
  openWatchRecord,
  watchRecordPath,
} from '../../../adapters/watch-record/watch-record.ts';
import { ownWatchRecord } from '../../../client/watch/own-record.ts';
import type { WatchRecord } from '../../../domain/watch/record.ts';
import { ANONYMOUS } from '../../../adapters/registry/credentials.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';

let registry: MemoryRegistry;
let state: string;

beforeAll(async () => {
  registry = await startMemoryRegistry();
  state = await mkdtemp(join(tmpdir(), 'foundry-own-record-'));
});
afterAll(async () => {
  await registry.close();
  await rm(state, { recursive: true });
});

function record(commit: string): WatchRecord {
  const lookedAt = '2026-11-22T12:00:00.000Z';
  return { schemaVersion: 1, lookedAt, zeroSince: null, commit, databases: [], problems: [], images: [] };
}

function read(environment: Record<string, string>) {
  return ownWatchRecord({ environment, directories: () => ({ state, cache: state }) }).read();
}

test('the record of the watch is that of the shared store where the workers keep theirs there, and of no other', async () => {
  const shared = { FOUNDRY_STORE: `oci:${registry.host}/foundry/store` };
  await openWatchRecord(watchRecordPath(state)).write(record('a'.repeat(40)));
  expect(await read(shared)).toBeUndefined();

  await openSharedWatchRecord(openResults(storePlaceOf(shared), state, ANONYMOUS)).write(
    record('b'.repeat(40)),
  );

  expect(await read(shared)).toEqual(record('b'.repeat(40)));
  expect(await read({})).toEqual(record('a'.repeat(40)));
});

test('a variable that names no store is refused, and the record of the state folder is not taken instead', () => {
  expect(() => read({ FOUNDRY_STORE: 'oci' })).toThrow(expect.objectContaining({ code: 'FND_BAD_INPUT' }));
});
