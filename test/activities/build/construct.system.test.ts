import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BuiltPackage, StepResult } from '../../../activities/build/build-step.ts';
import { BUILDER_NAMES, builderProfile } from '../../../activities/build/builder-profiles.ts';
import { compareBuilds, compareImages } from '../../../activities/build/compare-builds.ts';
import { composeImage } from '../../../activities/build/compose-image.ts';
import { finaliseImage } from '../../../activities/build/finalise-image.ts';
import { inspectImage, reasonsAgainstModule } from '../../../activities/build/inspect-image.ts';
import { openPackage } from '../../../adapters/apk/package-file.ts';
import { readPackageEntries } from '../../../adapters/apk/package-entries.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pushImage } from '../../../adapters/oci-layout/push.ts';
import { unpackImage } from '../../../adapters/oci-layout/unpack.ts';
import { runTool, type ToolResult } from '../../../adapters/process/run-tool.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import { runInImage } from '../../../adapters/sandbox/run-in-image.ts';
import { sha256 } from '../../../domain/digest.ts';
import { VARIANTS, type Variant } from '../../../domain/pins/variant.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';
import { cachedSteps } from './cached-step.ts';
import { type LabOrder, orderFromDay } from './lab-order.ts';

const EPOCH = Date.UTC(2026, 3, 7) / 1000;

/**
 * The real thing, once: OpenSSL built by both builders, three images composed by both, run in the sandbox. With an empty cache this
 * is four builds of OpenSSL, minutes each; what was built is kept in the cache by its inputs.
 */
describe('construction, with the real tools', () => {
  let lab: TestLab;
  let place: string;
  let from: LabOrder;
  let module: Uint8Array;
  const built = new Map<string, readonly StepResult[]>();
  const images = new Map<Variant, OciImage>();

  beforeAll(async () => {
    lab = await startTestLab();
    place = await mkdtemp(join(tmpdir(), 'foundry-construct-'));
    from = await orderFromDay(
      join(lab.directories.state, 'lab', 'days', '0', 'public'),
      lab.now().today.newestCore,
    );
    const deps = { melange: lab.tools.path('melange'), scratch: place, report: () => undefined };
    for (const name of BUILDER_NAMES) {
      built.set(name, await cachedSteps(lab.directories.cache, builderProfile(name, 2), from, deps));
    }
    module = await fileIn(packagesOf('a'), 'openssl-fips-provider', 'usr/lib/ossl-modules/fips.so');
    for (const variant of VARIANTS) images.set(variant, await compose(variant, 'a'));
  }, 3_600_000);

  afterAll(async () => {
    await lab.dispose();
    await rm(place, { recursive: true, force: true });
  });

  test('both builders make the same bytes of every package', async () => {
    expect(await compareBuilds(packagesOf('a'), packagesOf('b'))).toEqual([]);
    expect(packagesOf('a').map((one) => one.name)).toEqual([
      'openssl-fips-provider',
      'libcrypto3',
      'libssl3',
      'openssl',
      'openssl-dev',
      'openssl-fips-config',
    ]);
  });

  test('no builder had a network, and each tried', () => {
    const evidence = BUILDER_NAMES.flatMap((name) => (built.get(name) ?? []).map((result) => result.network));
    expect(evidence).toHaveLength(6);
    for (const { inside, control } of evidence) {
      expect(control.every((one) => one.reached)).toBe(true);
      expect(inside.attempts.some((one) => one.reached)).toBe(false);
      expect(inside.interfaces).toEqual(['lo']);
    }
  });

  test('the provider carries all its cryptography inside and has an origin of its own', async () => {
    expect(reasonsAgainstModule('fips.so', module)).toEqual([]);
    const provider = packagesOf('a').find((one) => one.name === 'openssl-fips-provider');
    const { info } = await openPackage(await readFile(provider?.path ?? ''), 'provider');
    expect(info.origin).toBe('openssl-fips-provider');
  });

  test.each(VARIANTS)('%s is the same from both builders, and holds one libcrypto: ours', async (variant) => {
    const image = imageOf(variant);
    expect(await compareImages(image, await compose(variant, 'b'), variant)).toEqual([]);
    const { reasons, libcrypto } = await inspectImage(image, {
      coreVersion: from.order.values.core.version,
      provider: sha256(module),
    });
    expect(reasons).toEqual([]);
    expect(libcrypto.map((file) => file.path)).toEqual(['usr/lib/libcrypto.so.3']);
  });

  test.each(VARIANTS)(
    '%s offers what is approved and nothing else, and knows when it is not well',
    async (variant) => {
      const image = finaliseImage(imageOf(variant), identity(variant));
      const root = join(place, `root-${variant}`);
      await unpackImage(image, root);
      const config = image.config.content;
      const openssl = async (...args: string[]): Promise<ToolResult> =>
        await runInImage({ root, config, argv: ['/usr/bin/openssl', ...args], input: 'abc' });

      const providers = await openssl('list', '-providers');
      expect(providers.stdout).toMatch(
        /\bbase\n[\s\S]*status: active[\s\S]*\bfips\n[\s\S]*version: 3\.1\.2\n\s*status: active/,
      );
      expect(providers.stdout).not.toMatch(/^ {2}(default|legacy)$/m);
      expect((await openssl('sha256')).stdout).toContain(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
      expect(await openssl('md5')).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('unsupported'),
      });

      const [, ...healthcheck] = config.config.Healthcheck?.Test ?? [];
      const well = await runInImage({ root, config, argv: healthcheck });
      expect(well).toMatchObject({ exitCode: 0, stdout: 'healthy: FIPS provider 3.1.2\n' });

      const tampered = join(place, 'tampered.so');
      const bytes = Buffer.from(module);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(tampered, bytes);
      const mounts = [{ source: tampered, target: '/usr/lib/ossl-modules/fips.so' }];
      const ill = await runInImage({ root, config, argv: healthcheck, mounts });
      expect(ill.exitCode).not.toBe(0);
      const unconfigured = await runInImage({
        root,
        config,
        argv: healthcheck,
        env: { OPENSSL_CONF: '/dev/null' },
      });
      expect(unconfigured).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('the default provider is active'),
      });
    },
  );

  test('distroless has no shell; standard has one', async () => {
    const shell = async (variant: Variant): Promise<number> => {
      const config = imageOf(variant).config.content;
      return (
        await runInImage({ root: join(place, `root-${variant}`), config, argv: ['sh', '-c', 'exit 7'] })
      ).exitCode;
    };
    expect(await shell('distroless')).not.toBe(7);
    expect(await shell('standard')).toBe(7);
  });

  test('a program compiled in the development image runs in distroless with FIPS active', async () => {
    const work = join(place, 'program');
    await mkdir(work);
    await writeFile(join(work, 'digest.c'), PROGRAM);
    const root = join(place, 'root-development');
    const args = [
      '--bind',
      root,
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
      '--tmpfs',
      '/tmp',
      '--bind',
      work,
      '/mnt',
    ];
    await runTool({
      tool: 'gcc',
      file: 'bwrap',
      args: [
        ...args,
        '--unshare-all',
        '--',
        '/usr/bin/gcc',
        '-Wall',
        '-o',
        '/mnt/digest',
        '/mnt/digest.c',
        '-lcrypto',
      ],
    });
    const { stdout } = await runInImage({
      root: join(place, 'root-distroless'),
      config: imageOf('distroless').config.content,
      argv: ['/mnt/digest'],
      mounts: [{ source: work, target: '/mnt' }],
    });
    expect(stdout).toBe('SHA2-256 by fips, MD5 refused\n');
  });

  test.each(VARIANTS)('%s is pushed by digest, and crane accepts it', async (variant) => {
    const image = finaliseImage(imageOf(variant), identity(variant));
    const host = lab.now().registry;
    const repository = `construct-test/${variant}`;
    const digest = await pushImage(createRegistry({ host, plainHttp: true }), repository, image);

    const { stderr } = await runTool({
      tool: 'crane',
      file: lab.tools.path('crane'),
      args: ['validate', '--insecure', '--remote', `${host}/${repository}@${digest}`],
    });
    expect(stderr).toContain('PASS');
  });

  function packagesOf(builder: 'a' | 'b'): readonly BuiltPackage[] {
    return (built.get(builder) ?? []).flatMap((result) => result.packages);
  }

  function imageOf(variant: Variant): OciImage {
    const image = images.get(variant);
    if (image === undefined) throw new Error(`${variant} is not composed`);
    return image;
  }

  async function compose(variant: Variant, builder: 'a' | 'b'): Promise<OciImage> {
    const own = packagesOf(builder).filter((one) => variant === 'development' || one.name !== 'openssl-dev');
    return await composeImage(
      builderProfile(builder, 2),
      {
        variant,
        values: from.order.values,
        blueprints: from.order.blueprints,
        packages: [...from.closures[variant], ...own],
        architecture: 'x86_64',
        epoch: EPOCH,
      },
      { apko: lab.tools.path('apko'), scratch: place, report: () => undefined },
    );
  }

  function identity(variant: Variant): Parameters<typeof finaliseImage>[1] {
    return {
      variant,
      coreVersion: from.order.values.core.version,
      providerVersion: '3.1.2',
      certificate: 4985,
      revision: '0'.repeat(40),
      source: 'https://git.example/openssl',
      vendor: 'wolfi-openssl-fips lab',
      epoch: EPOCH,
    };
  }
});

async function fileIn(packages: readonly BuiltPackage[], name: string, path: string): Promise<Uint8Array> {
  const found = packages.find((one) => one.name === name);
  const file = await openPackage(await readFile(found?.path ?? ''), name);
  for await (const entry of readPackageEntries(file, name)) {
    if (entry.type === 'file' && entry.path === path) return entry.content;
  }
  throw new Error(`${name} has no ${path}`);
}

const PROGRAM = `
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
