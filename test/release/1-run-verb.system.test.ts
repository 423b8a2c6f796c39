import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeLayout } from '../../adapters/oci-layout/layout.ts';
import { type Ended, readAnswer, ReleasedLab, runFoundry } from './foundry.ts';
import { imageOf, pulledImage } from './released-images.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));
let place: string;
let layout: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foundry-run-'));
  layout = join(place, 'layout');
  await writeLayout(layout, await pulledImage(lab, released, 'distroless'));
});
afterAll(async () => await rm(place, { recursive: true, force: true }));

test('a command gets our input, and we get its output and nothing else', async () => {
  const { stdout, code } = await run([layout, '--', 'openssl', 'dgst', '-sha256', '-r'], 'abc');
  expect(stdout).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad *stdin');
  expect(code).toBe(0);
});

test('the exit code of the command is ours', async () => {
  const { code, stderr } = await run([layout, '--', 'openssl', 'md5', '/dev/null']);
  expect(code).toBe(1);
  expect(stderr).toContain('unsupported');
});

test('without a command, the image runs what it runs by itself', async () => {
  expect((await run([layout])).stdout).toMatch(/^OpenSSL 3\.5\.\d+ .*\nbuilt on: /);
});

test('an image of the registry of the foundry is named by repository and digest', async () => {
  const { registry, repository, digest } = imageOf(released, 'distroless');
  for (const name of [`${repository}@${digest}`, `${registry}/${repository}@${digest}`]) {
    expect(await run([name, '--', 'fips-healthcheck'])).toMatchObject({
      stdout: 'healthy: FIPS provider 3.1.2',
      code: 0,
    });
  }
});

test('a name that is none ends with the exit code for a wrong command line', async () => {
  expect(await run(['distroles'])).toMatchObject({ code: 2, stdout: '' });
});

function run(args: readonly string[], input = ''): Promise<Ended> {
  return runFoundry(lab.state, ['--cache-dir', join(place, 'cache'), 'run', ...args], { input });
}
