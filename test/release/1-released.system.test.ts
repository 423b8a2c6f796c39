import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { BUILD_STEPS } from '../../activities/build/build-step.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { openToolchain, type Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { VARIANTS, type Variant } from '../../domain/pins/variant.ts';
import { STAGES } from '../../domain/release/stage.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import { SLOW_STEPS } from './compiled.ts';
import { CACHE, readAnswer, ReleasedLab } from './foundry.ts';
import { imageOf } from './released-images.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));
let tools: Toolchain;
let place: string;

beforeAll(async () => {
  tools = await openToolchain({ state: lab.state, cache: CACHE }, process.env);
  place = await mkdtemp(join(tmpdir(), 'foundry-released-'));
});
afterAll(async () => await rm(place, { recursive: true, force: true }));

function reference({ registry, repository, digest }: ReleasedImage): string {
  return `${registry}/${repository}@${digest}`;
}

describe('a release from nothing', () => {
  test('ends with three images, every stage passed, and both builders agreed on everything', () => {
    const { state, stages, images } = released.status;
    expect(state).toBe('completed');
    expect(stages.map(({ stage, state: verdict }) => [stage, verdict])).toEqual(
      STAGES.map((stage) => [stage, 'pass']),
    );
    expect(images.map(({ variant }) => variant).toSorted()).toEqual([...VARIANTS].toSorted());
    const parts = stages.find(({ stage }) => stage === 'construct')?.parts ?? [];
    const built = /^built in \d+ s, without a network$/;
    for (const step of BUILD_STEPS) {
      expect(parts.find(({ name }) => name.startsWith(`${step} compared`))).toMatchObject({ state: 'pass' });
      for (const builder of ['a', 'b'])
        expect(parts.find(({ name }) => name.startsWith(`${step} by builder ${builder}`))?.detail).toMatch(
          SLOW_STEPS.includes(step) ? new RegExp(`${built.source}|^reused: equal inputs$`) : built,
        );
    }
  });

  test('shows its record later, also to programs', async () => {
    const { code, stdout } = await lab.foundry('show', 'latest', '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      data: { state: 'completed', commit: released.status.commit },
    });
    expect((await lab.foundry('list')).stdout).toContain(released.status.commit.slice(0, 12));
  });

  test('asked for again is not made again', async () => {
    const { code, answer } = await lab.release(released.status.commit);
    expect([code, answer.how]).toEqual([0, 'found']);
    expect(answer.status).toEqual(released.status);
  });
});

describe.each(VARIANTS)('other programs take %s', (variant) => {
  test('crane finds every byte of it valid', async () => {
    const { stdout } = await execa(tools.path('crane'), [
      'validate',
      '--insecure',
      '--remote',
      reference(imageOf(released, variant)),
    ]);
    expect(stdout).toContain('PASS');
  });

  test('skopeo reads its configuration', async () => {
    const { stdout } = await execa('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--config',
      `docker://${reference(imageOf(released, variant))}`,
    ]);
    const config = JSON.parse(stdout) as { config: { User: string; Labels: Record<string, string> } };
    expect(config.config.User).toBe('65532');
    expect(config.config.Labels['org.opencontainers.image.revision']).toBe(released.status.commit);
    expect(config.config.Labels['dev.foundry.notice']).toContain('LAB');
  });

  test('trivy finds the packages of OpenSSL in it', async () => {
    const { stdout } = await execa(
      tools.path('trivy'),
      [
        'image',
        '--insecure',
        '--format',
        'cyclonedx',
        '--offline-scan',
        '--skip-version-check',
        reference(imageOf(released, variant)),
      ],
      { env: { TRIVY_CACHE_DIR: join(place, 'trivy'), TRIVY_INSECURE: 'true' } },
    );
    const names = (JSON.parse(stdout) as { components: { name: string }[] }).components.map(
      ({ name }) => name,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'libcrypto3',
        'libssl3',
        'openssl',
        'openssl-fips-provider',
        'openssl-fips-config',
      ]),
    );
  });

  // Only root may be another user, 65532, in a container.
  test.runIf(process.getuid?.() === 0)('a container runtime starts it by its own configuration', async () => {
    const layout = join(place, `layout-${variant}`);
    await execa('skopeo', [
      'copy',
      '--src-tls-verify=false',
      `docker://${reference(imageOf(released, variant))}`,
      `oci:${layout}:image`,
    ]);
    const bundle = join(place, `bundle-${variant}`);
    await execa('umoci', ['unpack', '--image', `${layout}:image`, bundle]);
    const path = join(bundle, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as {
      process: { terminal: boolean; args: string[] };
    };
    config.process.terminal = false;
    config.process.args = ['/usr/bin/fips-healthcheck'];
    await writeFile(path, JSON.stringify(config));
    const { stdout } = await execa('runc', [
      '--root',
      join(place, 'runc'),
      'run',
      '--bundle',
      bundle,
      `fips-${process.pid}-${variant}`,
    ]);
    expect(stdout).toBe('healthy: FIPS provider 3.1.2');
  });
});

describe('a user of the images', () => {
  const program = `
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
int main(void)
{
    EVP_MD *sha = EVP_MD_fetch(NULL, "SHA256", NULL), *md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    if (sha == NULL)
        return 1;
    printf("%s by %s, MD5 %s\\n", EVP_MD_get0_name(sha), OSSL_PROVIDER_get0_name(EVP_MD_get0_provider(sha)),
        md5 == NULL ? "refused" : "offered");
    return 0;
}
`;
  const handshake = `
set -eu
cd /tmp
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=localhost
openssl s_server -accept 127.0.0.1:4433 -key key.pem -cert cert.pem -www &
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  if openssl s_client -connect 127.0.0.1:4433 -CAfile cert.pem -verify_return_error -brief < /dev/null; then exit 0; fi
  sleep 0.3
done
exit 1
`;

  test('compiles a program in development that runs in standard and distroless with FIPS active', async () => {
    const roots = new Map<Variant, string>();
    for (const variant of VARIANTS) {
      const root = join(place, `root-${variant}`);
      const { repository, digest } = imageOf(released, variant);
      await unpackImage(await pullImage(await lab.registry(), repository, digest), root);
      roots.set(variant, root);
    }
    const work = join(place, 'work');
    await mkdir(work);
    await writeFile(join(work, 'digest.c'), program);
    const inRoot = (variant: Variant, ...command: string[]): string[] =>
      [
        ['--unshare-all', '--uid', '65532', '--gid', '65532', '--bind', roots.get(variant) ?? '', '/'],
        ['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--bind', work, '/mnt', '--clearenv'],
        ['--setenv', 'PATH', '/usr/bin:/bin', '--', ...command],
      ].flat();
    await execa(
      'bwrap',
      inRoot('development', 'gcc', '-Wall', '-Werror', '-o', '/mnt/digest', '/mnt/digest.c', '-lcrypto'),
    );
    for (const variant of ['standard', 'distroless'] as const) {
      const { stdout } = await execa('bwrap', inRoot(variant, '/mnt/digest'));
      expect(stdout).toBe('SHA2-256 by fips, MD5 refused');
    }
  });

  test('makes a TLS 1.3 handshake between a server and a client of standard, without a network', async () => {
    const { code, stdout, stderr } = await lab.foundry('run', 'standard', '--', '/bin/bash', '-c', handshake);
    expect(`${stdout}${stderr}`).toContain('TLSv1.3');
    expect(code).toBe(0);
  });

  test('runs the newest release by the name of a variant, and gets its exit code', async () => {
    const { code, stderr } = await lab.foundry('run', 'distroless', '--', 'openssl', 'md5');
    expect(stderr).toContain('unsupported');
    expect(code).toBe(1);
  });
});
