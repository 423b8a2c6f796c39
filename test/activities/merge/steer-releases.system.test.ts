import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReleaseSteering, type ReleaseSteering } from '../../../activities/merge/steer-releases.ts';
import { readEndpoints } from '../../../services/endpoints.ts';
import { type Stage, type Started, startStage, untilCancelled } from '../../workflows/stage.ts';

let stage: Stage;
/** A connection as a worker has one, which knows no request that is taken back. */
let connection: NativeConnection;
let release: Started;

beforeAll(async () => {
  stage = await startStage();
  const { temporal } = await readEndpoints(stage.directories);
  connection = await NativeConnection.connect({ address: temporal?.address ?? '' });
  release = await stage.start({ ingest: untilCancelled });
});
afterAll(async () => {
  await release.handle.terminate('a test');
  await connection.close();
  await stage.dispose();
});

function steering(given: { signal?: AbortSignal; longestWaitMs?: number } = {}): ReleaseSteering {
  const { signal } = new AbortController();
  return createReleaseSteering({ client: new Client({ connection }), signal, ...given });
}

describe('the wait for the end of a release', () => {
  it('is given up when the worker stops, long before the release ends', async () => {
    const worker = new AbortController();
    const began = performance.now();
    const waiting = steering({ signal: worker.signal }).awaitRelease({ id: release.workflowId });
    setTimeout(() => worker.abort(), 500);

    await expect(waiting).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('is as long as it is told, and says then that it has not ended', async () => {
    const { awaitRelease } = steering({ longestWaitMs: 4000 });

    expect(await awaitRelease({ id: release.workflowId })).toEqual({ hasEnded: false });
  });

  it('is over with the release, however that ends', async () => {
    const short = await stage.start({ ingest: untilCancelled });
    const waiting = steering().awaitRelease({ id: short.workflowId });
    await short.handle.terminate('a test');

    expect(await waiting).toEqual({ hasEnded: true });
    expect(await steering().awaitRelease({ id: 'nobody-knows-it' })).toEqual({ hasEnded: true });
  });
});
