import { createHash, createPublicKey } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePublicKey, type SigningKey } from '../../../adapters/apk/keys.ts';
import { verifyIndex } from '../../../adapters/apk/index-file.ts';
import { verifyPackage } from '../../../adapters/apk/package-file.ts';
import { packageBytes } from '../../../adapters/apk/write-package.ts';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { openToolchain, type Toolchain } from '../../../adapters/toolchain/toolchain.ts';
import { openDebianArchive, type DebianArchive } from '../../../lab/archive/debian-archive.ts';
import { buildPackages, type BuiltPackage } from '../../../lab/packages/build-packages.ts';
import { CATALOGUE } from '../../../lab/packages/catalogue.ts';
import { convertPackage } from '../../../lab/packages/convert.ts';
import { writeBadlySignedIndex, writeIndex } from '../../../lab/packages/write-index.ts';
import { sampleKey } from '../../adapters/apk/sample.ts';
import { serveFolder } from './serve-folder.ts';

const KEY = 'wolfi-signing.rsa.pub';
const silent = (): void => undefined;

/** A place with the whole repository, made once for all tests; converted packages come from the shared cache. */
describe('the apk repository of the lab', () => {
  const { signingKey } = sampleKey(KEY);
  const pem = publicPem(signingKey);
  let tools: Toolchain;
  let archive: DebianArchive;
  let place: string;
  let packages: BuiltPackage[];
  let image: string;

  beforeAll(async () => {
    const directories = resolveDirectories(process.env);
    tools = await openToolchain(directories, process.env);
    archive = await openDebianArchive({
      cacheDir: join(directories.cache, 'lab', 'archive'),
      report: silent,
    });
    place = await mkdtemp(join(tmpdir(), 'foundry-repository-'));
    const folder = join(place, 'os', 'x86_64');
    const cacheDir = join(directories.cache, 'lab', 'packages');
    ({ packages } = await buildPackages({ archive, cacheDir, folder, signingKey, report: silent }));
    await writeIndex({ path: join(folder, 'APKINDEX.tar.gz'), packages, signingKey, description: 'lab' });
    await writeFile(join(place, 'os', KEY), pem);
    image = await composeTwice();
  });

  afterAll(async () => {
    await rm(place, { recursive: true, force: true });
  });

  test('every package verifies against the index, and says that it is a lab one', async () => {
    const keys = new Map([[KEY, parsePublicKey(KEY, pem)]]);
    const path = join(place, 'os', 'x86_64', 'APKINDEX.tar.gz');
    const { records } = await verifyIndex(await readFile(path), keys, path);

    expect(records.length).toBeGreaterThan(45);
    for (const record of records) {
      const apk = join(place, 'os', 'x86_64', `${record.name}-${record.version}.apk`);
      await verifyPackage(await readFile(apk), { keys, checksum: record.checksum }, apk);
      expect(record.description).toContain('foundry lab');
      expect(record.license).not.toBe('');
    }
  });

  test('the same Debian packages give the same bytes', async () => {
    for (const name of ['libxcrypt', 'busybox', 'ca-certificates-bundle', 'glibc']) {
      const entry = CATALOGUE.find((candidate) => candidate.name === name);
      const debs = await archive.fetchBinaries(
        (entry?.debs ?? []).filter((deb) => typeof deb === 'string'),
        { suite: 'stable' },
      );
      const convert = async (): Promise<string> =>
        entry === undefined
          ? name
          : createHash('sha256')
              .update(
                packageBytes(
                  await convertPackage(
                    entry,
                    debs.map((deb) => deb.path),
                  ),
                ),
              )
              .digest('hex');

      expect(await convert()).toBe(await convert());
    }
  });

  test("holds the trap: the upstream's own OpenSSL, newer than any 3.5, needed by its package manager", () => {
    const libcrypto = packages.find((built) => built.name === 'libcrypto3');
    const packageManager = packages.find((built) => built.name === 'apk-tools');

    expect(libcrypto?.version).toMatch(/^(3\.([6-9]|\d\d)|[4-9])\./);
    expect(libcrypto?.record.origin).toBe('openssl');
    expect(packageManager?.record.depends).toEqual(
      expect.arrayContaining(['so:libcrypto.so.3', 'so:libssl.so.3']),
    );
  });

  test('an image from it runs a shell, a compiler, perl and the stand-in', async () => {
    const root = join(place, 'root');
    await mkdir(root);
    const { stdout: listing } = await runTool({ tool: 'tar', file: 'tar', args: ['-tf', image] });
    const layer = listing.split('\n').find((name) => name.endsWith('.tar.gz')) ?? '';
    await runTool({ tool: 'tar', file: 'tar', args: ['-xf', image, '-C', place, layer] });
    await runTool({ tool: 'tar', file: 'tar', args: ['-xzf', join(place, layer), '-C', root] });
    const hello =
      '#include <stdio.h>\n#include <math.h>\nint main(void){return printf("%g\\n",sqrt(49))!=2;}\n';
    await writeFile(join(place, 'hello.c'), hello);

    const script = [
      'set -e; cd /tmp; echo "bash ${BASH_VERSION%%.*}"',
      'gcc -O2 -o hello hello.c -lm; ./hello',
      'gcc -static -o static hello.c -lm; ./static',
      'perl -MPOSIX -MDigest::SHA -MIO::Socket -e \'print "perl ", floor(5.9), "\\n"\'',
      '/bin/sh -c "echo sh"; axel --version | head -n 1 | cut -d " " -f 1; apk 2>&1 || echo refused',
    ].join('\n');
    const { stdout } = await runTool({
      tool: 'bwrap',
      file: 'bwrap',
      args: [
        ...words('--unshare-all --die-with-parent --clearenv --setenv PATH /usr/bin'),
        '--ro-bind',
        root,
        ...words('/ --dev /dev --proc /proc --tmpfs /tmp --ro-bind'),
        join(place, 'hello.c'),
        ...words('/tmp/hello.c /bin/bash -c'),
        script,
      ],
    });

    expect(stdout.trim().split('\n')).toEqual([
      'bash 5',
      '7',
      '7',
      'perl 5',
      'sh',
      'Axel',
      "This is the stand-in for apk-tools in the foundry's lab. It installs nothing.",
      'refused',
    ]);
  });

  test('melange builds a package against it without a network', async () => {
    const os = join(place, 'os');
    await writeFile(join(place, 'own.rsa'), signingKey.key.export({ type: 'pkcs1', format: 'pem' }), {
      mode: 0o600,
    });
    await writeFile(join(place, 'trivial.yaml'), trivialPackage(os));

    await runTool({
      tool: 'melange',
      file: 'unshare',
      args: [
        '--map-root-user',
        '--net',
        tools.path('melange'),
        ...words(
          'build trivial.yaml --runner bubblewrap --empty-workspace --arch x86_64 --signing-key own.rsa',
        ),
        ...words('--cache-dir sources --apk-cache-dir apks --out-dir out'),
      ],
      cwd: place,
    });

    const path = join(place, 'out', 'x86_64', 'trivial-1.0.0-r0.apk');
    const keys = new Map([['own.rsa.pub', parsePublicKey('own.rsa.pub', pem)]]);
    const { info } = await verifyPackage(await readFile(path), { keys }, path);
    expect(info.depends).toContain('so:libc.so.6');
  });

  test('apko refuses the badly signed index', async () => {
    const folder = join(place, 'bad', 'x86_64');
    await writeBadlySignedIndex({
      path: join(folder, 'APKINDEX.tar.gz'),
      packages,
      signingKey,
      description: 'lab, day 5',
    });
    await writeFile(
      join(place, 'bad.yaml'),
      imageOf(join(place, 'bad'), join(place, 'os', KEY), ['busybox']),
    );

    await expect(
      runTool({ tool: 'apko', file: tools.path('apko'), args: ['lock', 'bad.yaml'], cwd: place }),
    ).rejects.toMatchObject({ code: 'FND_TOOL_FAILED', message: expect.stringMatching(/verif|signature/i) });
  });

  /** Locks and composes over HTTP, then again without a network; both files must be equal. Returns the image's path. */
  async function composeTwice(): Promise<string> {
    const apko = tools.path('apko');
    return await serveFolder(join(place, 'os'), async (url) => {
      const names = ['wolfi-base', 'build-base', 'bash', 'perl', 'coreutils', 'posix-libc-utils'];
      await writeFile(join(place, 'image.yaml'), imageOf(url, `${url}/${KEY}`, names));
      const cache = ['--cache-dir', join(place, 'cache')];
      await runTool({ tool: 'apko', file: apko, args: ['lock', 'image.yaml', ...cache], cwd: place });
      const build = [...words('build --lockfile image.lock.json --sbom=false --arch x86_64'), ...cache];
      const env = { SOURCE_DATE_EPOCH: '0' };
      await runTool({
        tool: 'apko',
        file: apko,
        args: [...build, 'image.yaml', 'lab/image:test', 'one.tar'],
        cwd: place,
        env,
      });
      await runTool({
        tool: 'apko without a network',
        file: 'unshare',
        args: [
          '--map-root-user',
          '--net',
          apko,
          ...build,
          '--offline',
          'image.yaml',
          'lab/image:test',
          'two.tar',
        ],
        cwd: place,
        env,
      });
      const digests: string[] = [];
      for (const name of ['one.tar', 'two.tar']) {
        digests.push(
          createHash('sha256')
            .update(await readFile(join(place, name)))
            .digest('hex'),
        );
      }
      expect(digests[0]).toBe(digests[1]);
      return join(place, 'one.tar');
    });
  }
});

function words(text: string): string[] {
  return text.split(' ');
}

function imageOf(repository: string, key: string, names: readonly string[]): string {
  return JSON.stringify({
    contents: { repositories: [repository], keyring: [key], packages: names },
    archs: ['x86_64'],
  });
}

function trivialPackage(repository: string): string {
  return JSON.stringify({
    package: {
      name: 'trivial',
      version: '1.0.0',
      epoch: 0,
      description: 'trivial',
      copyright: [{ license: 'MIT' }],
    },
    environment: {
      contents: {
        repositories: [repository],
        keyring: [join(repository, KEY)],
        packages: ['wolfi-baselayout', 'busybox', 'build-base'],
      },
    },
    pipeline: [
      {
        runs: [
          'echo "int main(void){return 0;}" > a.c',
          'gcc -o a a.c && ./a',
          'install -Dm755 a "${{targets.destdir}}/usr/bin/trivial"',
        ].join('\n'),
      },
    ],
  });
}

function publicPem(key: SigningKey): string {
  return createPublicKey(key.key).export({ type: 'spki', format: 'pem' }).toString();
}
