import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeLayout } from '../../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pushImage } from '../../../adapters/oci-layout/push.ts';
import { runTool, type ToolResult } from '../../../adapters/process/run-tool.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';
import { makeFinishedImages } from './finished-images.ts';

const FOUNDRY = fileURLToPath(new URL('../../../client/main.ts', import.meta.url));

let lab: TestLab;
let place: string;
let image: OciImage;
let layout: string;

beforeAll(async () => {
  lab = await startTestLab();
  place = await mkdtemp(join(tmpdir(), 'foundry-run-'));
  const distroless = (await makeFinishedImages(lab, place)).images.get('distroless');
  if (distroless === undefined) throw new Error('distroless is not there');
  image = distroless;
  layout = join(place, 'layout');
  await writeLayout(layout, image);
}, 3_600_000);

afterAll(async () => {
  await lab.dispose();
  await rm(place, { recursive: true, force: true });
});

test('a command gets our input, and we get its output and nothing else', async () => {
  const { stdout, exitCode } = await run([layout, '--', 'openssl', 'dgst', '-sha256', '-r'], 'abc');
  expect(stdout).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad *stdin\n');
  expect(exitCode).toBe(0);
});

test('the exit code of the command is ours', async () => {
  const { exitCode, stderr } = await run([layout, '--', 'openssl', 'md5', '/dev/null']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('unsupported');
});

test('without a command, the image runs what it runs by itself', async () => {
  expect((await run([layout])).stdout).toMatch(/^OpenSSL 3\.5\.\d+ .*\nbuilt on: /);
});

test('an image of the registry of the foundry is named by repository and digest', async () => {
  const host = lab.now().registry;
  const digest = await pushImage(createRegistry({ host, plainHttp: true }), 'run-test/distroless', image);
  for (const name of [`run-test/distroless@${digest}`, `${host}/run-test/distroless@${digest}`]) {
    expect(await run([name, '--', 'fips-healthcheck'])).toMatchObject({
      stdout: 'healthy: FIPS provider 3.1.2\n',
      exitCode: 0,
    });
  }
});

test('a name that is none ends with the exit code for a wrong command line', async () => {
  expect(await run(['distroles'])).toMatchObject({ exitCode: 2, stdout: '' });
});

async function run(args: readonly string[], input = ''): Promise<ToolResult> {
  const { state } = lab.directories;
  return await runTool({
    tool: 'foundry run',
    file: process.execPath,
    args: [FOUNDRY, '--state-dir', state, '--cache-dir', join(place, 'cache'), 'run', ...args],
    input,
    acceptExitCodes: [1, 2],
  });
}
