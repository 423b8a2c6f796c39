import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { SEARCH_ATTRIBUTES } from '../../domain/release/contract.ts';
import { stopServices } from '../../services/control.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { TEMPORAL_NAMESPACE as namespace } from '../../services/embedded/temporal.ts';
import { ensureSearchAttributes } from '../../worker/deployment.ts';

let state: string;
let connection: NativeConnection;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'foundry-deployment-'));
  const directories = { state, cache: resolveDirectories(process.env).cache };
  const tools = await openToolchain(directories, process.env);
  const { endpoints } = await startEmbedded({ directories, tools, only: ['temporal'] });
  connection = await NativeConnection.connect({ address: endpoints.temporal?.address ?? '' });
});
afterAll(async () => {
  await connection.close();
  await stopServices({ state, cache: resolveDirectories(process.env).cache });
  await rm(state, { recursive: true });
});

async function known(): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(customAttributes).filter((name) =>
    (SEARCH_ATTRIBUTES as readonly string[]).includes(name),
  );
}

test('a server that an older foundry made learns the search attributes that came since', async () => {
  const searchAttributes = ['Exposure', 'IngestOutcome'];
  await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes });
  expect((await known()).toSorted()).not.toContain('Exposure');
  await ensureSearchAttributes({ connection, namespace });
  expect((await known()).toSorted()).toEqual(SEARCH_ATTRIBUTES.toSorted());
  await ensureSearchAttributes({ connection, namespace });
  expect((await known()).toSorted()).toEqual(SEARCH_ATTRIBUTES.toSorted());
});
