import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launch } from '../../../services/supervisor/launch.ts';
import type { ServiceSpec } from '../../../services/supervisor/service-spec.ts';

/** Says where its temporary folder is and what is in it, leaves something there, and is killed. */
const PROGRAM = `
  const { readdirSync, mkdirSync, writeFileSync } = require('node:fs');
  const folder = require('node:os').tmpdir();
  console.log(JSON.stringify({ folder, holds: readdirSync(folder) }));
  mkdirSync(folder + '/left/behind', { recursive: true });
  writeFileSync(folder + '/left/behind/file', 'x', { mode: 0o400 });
  process.kill(process.pid, 'SIGKILL');
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-launch-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

test('each start of a service with a temporary folder of its own finds that folder empty', async () => {
  const scratchFolder = join(folder, 'scratch', 'worker');
  await mkdir(join(scratchFolder, 'foundry-old'), { recursive: true });
  await writeFile(join(scratchFolder, 'foundry-old', 'file'), 'left by a machine that went down');

  const said = [await run(scratchFolder), await run(scratchFolder)];

  expect(said).toEqual([
    { folder: scratchFolder, holds: [] },
    { folder: scratchFolder, holds: [] },
  ]);
});

async function run(scratchFolder: string): Promise<{ folder: string; holds: string[] }> {
  const log = join(folder, 'log');
  const descriptor = openSync(log, 'w');
  try {
    const { ended } = await launch({ ...SPEC, scratchFolder }, descriptor);
    expect(await ended).toBe('was killed by SIGKILL');
  } finally {
    closeSync(descriptor);
  }
  return JSON.parse(await readFile(log, 'utf8')) as { folder: string; holds: string[] };
}

const SPEC: ServiceSpec = {
  name: 'worker',
  command: process.execPath,
  args: ['-e', PROGRAM],
  env: {},
  ports: {},
  address: '127.0.0.1:1',
  health: { host: '127.0.0.1', port: 1 },
  dependsOn: [],
  startTimeoutMs: 1000,
};
