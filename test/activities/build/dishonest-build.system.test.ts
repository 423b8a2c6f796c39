import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { builderProfile, type BuilderName } from '../../../activities/build/builder-profiles.ts';
import type { BuiltPackage } from '../../../activities/build/build-step.ts';
import { type ClosedRepository, makeClosedRepository } from '../../../activities/build/closed-repository.ts';
import { compareBuilds } from '../../../activities/build/compare-builds.ts';
import { buildPackage } from '../../../adapters/melange/build-package.ts';
import { sha256 } from '../../../domain/digest.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';
import { type LabOrder, orderFromDay } from './lab-order.ts';

let lab: TestLab;
let place: string;
let from: LabOrder;
let repository: ClosedRepository;

beforeAll(async () => {
  lab = await startTestLab();
  place = await mkdtemp(join(tmpdir(), 'foundry-dishonest-'));
  from = await orderFromDay(
    join(lab.directories.state, 'lab', 'days', '0', 'public'),
    lab.now().today.newestCore,
  );
  repository = await makeClosedRepository(join(place, 'inputs'), from.order.environment, 'x86_64');
});

afterAll(async () => {
  await lab.dispose();
  await rm(place, { recursive: true, force: true });
});

test('a recipe that writes down its machine is found out, to the file and the section', async () => {
  const recipe = [
    'umask 022',
    'mkdir -p "${{targets.destdir}}/usr/bin" "${{targets.destdir}}/usr/share"',
    'date > "${{targets.destdir}}/usr/share/date"',
    'echo "const char *host = \\"$(uname -n)\\"; int main(void) { return host[0] == 0; }" > tool.c',
    'gcc -o "${{targets.destdir}}/usr/bin/tool" tool.c',
    'echo constant > "${{targets.destdir}}/usr/share/constant"',
  ].join('\n');
  const found = await compareBuilds([await build('a', recipe)], [await build('b', recipe)]);

  expect(found).toContainEqual({
    where: 'dishonest: usr/share/date',
    what: expect.stringContaining('content'),
  });
  expect(found).toContainEqual({
    where: 'dishonest: usr/bin/tool',
    what: expect.stringContaining('content'),
    sections: expect.arrayContaining(['.rodata']),
  });
  expect(found.filter((one) => one.where.includes('constant'))).toEqual([]);
});

test('a recipe that does not say which mode it wants gets another from each builder', async () => {
  const recipe = 'mkdir -p "${{targets.destdir}}/usr"\necho x > "${{targets.destdir}}/usr/file"';
  const found = await compareBuilds([await build('a', recipe)], [await build('b', recipe)]);
  expect(found).toContainEqual({ where: 'dishonest: usr/file', what: 'mode 644 and 600' });
});

test('a recipe that tries the network fails, and so does the build', async () => {
  const port = new URL(lab.now().url).port;
  const recipe = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}'`;
  await expect(build('a', recipe)).rejects.toMatchObject({
    code: 'FND_TOOL_FAILED',
    message: expect.stringContaining('Connection refused'),
  });
});

async function build(name: BuilderName, runs: string): Promise<BuiltPackage> {
  const profile = builderProfile(name, 2);
  const folder = join(place, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const [path = ''] = await buildPackage({
    melange: lab.tools.path('melange'),
    environment: profile.environment,
    folder,
    blueprint: { file: 'dishonest.melange.yaml', text: blueprint(runs), digest: sha256(runs) },
    recipeFiles: new Map(),
    repository,
    source: from.sources.provider.source,
    architecture: 'x86_64',
    epoch: 0,
  });
  const bytes = await readFile(path);
  return { name: 'dishonest', version: '1-r0', path, sha256: sha256(bytes), size: bytes.length };
}

function blueprint(runs: string): string {
  return stringify({
    package: {
      name: 'dishonest',
      version: '1',
      epoch: 0,
      description: 'a package that differs',
      copyright: [{ license: 'MIT' }],
    },
    environment: {
      contents: {
        repositories: ['./repository'],
        keyring: ['./repository.rsa.pub'],
        packages: from.order.values.build.packages,
      },
    },
    pipeline: [{ runs }],
  });
}
