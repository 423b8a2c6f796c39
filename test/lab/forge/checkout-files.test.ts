import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory, writeFileAtomic } from '../../../adapters/files/write-atomic.ts';
import { checkoutFiles } from '../../../lab/forge/checkout-files.ts';

test('takes what a release builds, runs and depends on, sorted, and nothing else of the checkout', async () => {
  await withTemporaryDirectory(async (checkout) => {
    for (const path of [
      'images/a.yaml',
      'images/deep/b.yaml',
      'deploy/x.yaml',
      '.github/workflows/ci.yml',
      'package-lock.json',
      'package.json',
      'tools/apko/go.mod',
      'tools/apko/go.sum',
      'tools/tools.json',
      'src/no.ts',
    ]) {
      await writeFileAtomic(join(checkout, path), path);
    }
    await writeFileAtomic(join(checkout, '.github/dependabot.yml'), '');

    const files = await checkoutFiles(checkout);

    expect(files.map(({ path, content }) => [path, String(content)])).toEqual(
      [
        '.github/workflows/ci.yml',
        'deploy/x.yaml',
        'images/a.yaml',
        'images/deep/b.yaml',
        'package-lock.json',
        'tools/apko/go.mod',
      ].map((path) => [path, path]),
    );
  });
});

test('takes a compose file when there is one, keeps what is executable so, and follows no link', async () => {
  await withTemporaryDirectory(async (checkout) => {
    await writeFileAtomic(join(checkout, 'docker-compose.yml'), 'services: {}\n');
    await writeFileAtomic(join(checkout, 'deploy/run'), '');
    await chmod(join(checkout, 'deploy/run'), 0o755);
    await symlink('/etc/passwd', join(checkout, 'deploy/link'));

    const files = await checkoutFiles(checkout);

    expect(files.map(({ path, executable }) => [path, executable])).toEqual([
      ['deploy/run', true],
      ['docker-compose.yml', false],
    ]);
  });
});

test('finds the blueprints and manifests of this checkout', async () => {
  const paths = (await checkoutFiles()).map(({ path }) => path);

  expect(paths).toEqual(
    expect.arrayContaining([
      '.github/workflows/ci.yml',
      'deploy/kubernetes/distroless/workload.yaml',
      'images/core.melange.yaml',
      'images/openssl.cnf',
    ]),
  );
});
