import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProcessIdentity } from '../../../services/supervisor/process-identity.ts';
import { type TestStack, createTestStack, until, untilGone } from '../../services/stack.ts';

const MAIN = fileURLToPath(new URL('../../../client/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The processes of the services, seen when the first line of progress came. */
  readonly seen: readonly ProcessIdentity[];
}

let stack: TestStack;

beforeAll(async () => {
  stack = await createTestStack();
});

afterAll(async () => {
  await stack.dispose();
});

it.each(['SIGKILL', 'SIGINT'] as const)('up, ended by %s half-way, leaves no process', async (signal) => {
  const { code, seen } = await foundry(['up'], signal);
  expect(seen.length).toBeGreaterThan(1);
  expect(code).toBe(signal === 'SIGINT' ? 130 : null);
  await untilGone(seen);
  expect(await stack.processes()).toEqual([]);
});

it('up, status, down speak for programs and by their exit codes', async () => {
  const up = await foundry(['up', '--only', 'registry', '--output', 'json']);
  const again = await foundry(['up', '--only', 'registry']);
  const status = await foundry(['status', '--output', 'json']);
  const down = await foundry(['down']);
  const statusAfter = await foundry(['status']);

  expect([up.code, again.code, status.code, down.code, statusAfter.code]).toEqual([0, 0, 0, 0, 7]);
  expect(JSON.parse(up.stdout)).toMatchObject({
    schemaVersion: 1,
    kind: 'up',
    data: { started: ['registry'] },
  });
  expect(again.stdout).toContain('run already');
  expect(JSON.parse(status.stdout)).toMatchObject({
    data: { services: [{ name: 'registry', state: 'running' }] },
  });
  expect(statusAfter.stderr).toContain('error[FND_NOT_RUNNING]');
});

async function untilServicesAreSeen(): Promise<ProcessIdentity[]> {
  await until('the supervisor names its services', async () => (await stack.processes()).length > 1);
  return await stack.processes();
}

async function foundry(args: readonly string[], signalOnProgress?: 'SIGKILL' | 'SIGINT'): Promise<Ended> {
  const { state, cache } = stack.directories;
  const child = spawn(process.execPath, [MAIN, '--state-dir', state, '--cache-dir', cache, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  let seen: Promise<ProcessIdentity[]> = Promise.resolve([]);
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => {
    if (said.stderr === '' && signalOnProgress !== undefined) {
      seen = untilServicesAreSeen().finally(() => child.kill(signalOnProgress));
    }
    said.stderr += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said, seen: await seen };
}
