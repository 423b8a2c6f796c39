import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { notifyMerge } from '../../client/merge/notify-merge.ts';
import { createIo } from '../../client/output/io.ts';
import { withTemporal } from '../../client/release/temporal.ts';
import { MERGES_ID } from '../../domain/merge/contract.ts';
import { releaseWorkflowId } from '../../domain/pins/identity.ts';
import { listServices, stopServices } from '../../services/control.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { type ReceivedSpan, type Receiver, startReceiver } from '../adapters/traces/receiver.ts';

const SECRET = 's3cret-of-the-collector';
const signal = new AbortController().signal;
const said: string[] = [];
let receiver: Receiver;
let state: string;
let log: string;

beforeAll(async () => {
  receiver = await startReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.address);
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `authorization=${SECRET}`);
  state = await mkdtemp(join(tmpdir(), 'foundry-traces-'));
  const directories = { state, cache: resolveDirectories(process.env).cache };
  const tools = await openToolchain(directories, process.env);
  try {
    await startEmbedded({ directories, tools, only: ['temporal', 'worker-control'] });
    log = (await listServices(directories)).find(({ name }) => name === 'worker-control')?.log ?? '';
    await withTemporal(contextOf(directories), async ({ client }) => {
      await notifyMerge(client, MERGE, 'me', PATIENCE);
      const release = client.workflow.getHandle(releaseWorkflowId(MERGE));
      // Nobody serves its activities; the line is at its end when it is.
      await vi.waitUntil(async () => await release.terminate().then(Boolean, isNotThere), {
        timeout: 20_000,
      });
      await client.workflow.getHandle(MERGES_ID).result();
    });
  } finally {
    await stopServices(directories);
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  receiver.close();
  await rm(state, { recursive: true });
});

const MERGE = { version: '3.5.7', commit: 'a'.repeat(40), newer: 'queue', height: 1, after: [] } as const;
const PATIENCE = { pauseMs: 50, patienceMs: 10_000, signal };

function contextOf(directories: { state: string; cache: string }): Parameters<typeof withTemporal>[0] {
  const stream = { write: (text: string) => said.push(text) };
  const environment = process.env;
  const io = createIo({
    stdout: stream,
    stderr: stream,
    environment,
    format: 'text',
    quiet: false,
    now: () => performance.now(),
  });
  return { io, environment, signal, directories: () => directories };
}

function isNotThere(error: unknown): false {
  if (error instanceof WorkflowNotFoundError) return false;
  throw error;
}

function spanOf(name: string): ReceivedSpan | undefined {
  return receiver.spans.find((span) => span.name === name);
}

test('what the client asked for and what the worker did for it are one trace', () => {
  const asked = spanOf('SignalWithStartWorkflow:merges');
  expect(asked).toMatchObject({ service: 'foundry', parentSpanId: '' });
  expect(spanOf('RunActivity:findOtherRelease')).toMatchObject({
    service: 'foundry-worker',
    traceId: asked?.traceId,
    parentSpanId: asked?.spanId,
    attributes: { temporalWorkflowId: MERGES_ID },
  });
});

test('what a worker did last is sent before it ends', () => {
  expect(spanOf('RunActivity:awaitRelease')).toMatchObject({
    traceId: spanOf('SignalWithStartWorkflow:merges')?.traceId,
  });
});

test('the headers reach the receiver and no log, and nothing else is sent', async () => {
  expect([...receiver.requests]).toEqual([`POST /v1/traces ${SECRET}`]);
  expect(said.join('')).toBe('');
  const logged = await readFile(log, 'utf8');
  expect(logged).toContain('has ended');
  expect(logged).not.toContain(SECRET);
  expect(logged).not.toContain('traces: ');
});
