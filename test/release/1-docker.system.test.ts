import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { type DockerDaemon, startDocker } from './docker-daemon.ts';
import { readAnswer } from './foundry.ts';
import { imageOf } from './released-images.ts';

const MODULE = '/usr/lib/ossl-modules/fips.so';
const HARDENED = ['--network', 'none', '--read-only', '--cap-drop', 'ALL'];

// The daemon needs root.
describe.runIf(process.getuid?.() === 0)('Docker', () => {
  const released = readAnswer(inject('released'));
  let place: string;
  let daemon: DockerDaemon | undefined;

  async function docker(...args: string[]): Promise<string> {
    if (daemon === undefined) throw new Error('the daemon does not run');
    return await daemon.docker(...args);
  }

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'foundry-loaded-'));
    daemon = await startDocker();
    for (const variant of VARIANTS) {
      const { registry, repository, digest } = imageOf(released, variant);
      const archive = join(place, `${variant}.tar`);
      const source = `docker://${registry}/${repository}@${digest}`;
      const target = `docker-archive:${archive}:fips:${variant}`;
      await execa('skopeo', ['copy', '--src-tls-verify=false', source, target]);
      await docker('load', '--input', archive);
    }
  });
  afterAll(async () => {
    await daemon?.stop();
    await rm(place, { recursive: true, force: true });
  });

  test.each(VARIANTS)('runs %s as its own user and finds it healthy', async (variant) => {
    const name = `fips-${variant}`;
    const options = ['--detach', '--name', name, ...HARDENED, '--health-interval', '1s'];
    const busy = ['speed', '-seconds', '60', 'sha256'];
    await docker('run', ...options, '--entrypoint', 'openssl', `fips:${variant}`, ...busy);
    const health = (): Promise<string> => docker('inspect', '--format', '{{.State.Health.Status}}', name);
    await vi.waitUntil(async () => (await health()) !== 'starting', { timeout: 60_000, interval: 300 });
    expect(await health()).toBe('healthy');
    expect(await docker('inspect', '--format', '{{.Config.User}}', name)).toBe('65532');
    await docker('rm', '--force', name);
  });

  test.each(VARIANTS)('starts nothing in %s that uses MD5', async (variant) => {
    const args = [
      'run',
      '--rm',
      ...HARDENED,
      '--entrypoint',
      'openssl',
      `fips:${variant}`,
      'md5',
      '/dev/null',
    ];
    await expect(docker(...args)).rejects.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('unsupported'),
    });
  });

  test('finds an image unhealthy whose module was exchanged', async () => {
    const other = join(place, 'fips.so');
    await writeFile(other, 'no module', { mode: 0o755 });
    const args = ['run', '--rm', ...HARDENED, '--volume', `${other}:${MODULE}:ro`];
    await expect(
      docker(...args, '--entrypoint', '/usr/bin/fips-healthcheck', 'fips:distroless'),
    ).rejects.toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not healthy') });
  });
});
