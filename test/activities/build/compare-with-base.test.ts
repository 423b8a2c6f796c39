import { expect, test } from 'vitest';
import { compareWithBase } from '../../../activities/build/compare-with-base.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const CHECKSUMS = { bash: `Q1${'b'.repeat(27)}=`, other: `Q1${'c'.repeat(27)}=` };
const record = (name: string, version: string, checksum: string, files: string): string =>
  `P:${name}\nV:${version}\nA:x86_64\nC:${checksum}\n${files}\n\n`;
const BASH = record(
  'bash',
  '5.2-r0',
  CHECKSUMS.bash,
  'F:usr\nF:usr/bin\nR:bash\na:0:0:0755\nF:etc\nR:passwd\nR:shells',
);
const BASE_ONLY =
  record('apk-tools', '2-r0', CHECKSUMS.other, 'F:usr/bin\nR:apk') +
  record('libcrypto3', '3.6.5-r0', CHECKSUMS.other, '');
const FILES = { 'usr/bin/bash': 'the shell', 'etc/passwd': 'root', 'etc/shells': '/bin/bash' };

async function compare(database: string, files: Record<string, string> = FILES): Promise<readonly string[]> {
  const base = sampleImage([
    await sampleLayer({ ...FILES, 'usr/bin/apk': 'x' }),
    await sampleLayer({ 'usr/lib/apk/db/installed': BASH + BASE_ONLY }),
  ]);
  const image = sampleImage([await sampleLayer({ ...files, 'usr/lib/apk/db/installed': database })]);
  return (await compareWithBase(image, base)).reasons;
}

test('an image with the packages of the base and ours has nothing against it', async () => {
  expect(await compare(BASH + record('libcrypto3', '3.5.6-r0', CHECKSUMS.other, ''))).toEqual([]);
});

test('the accounts may differ, because the image has one of its own', async () => {
  expect(await compare(BASH, { ...FILES, 'etc/passwd': 'root and nonroot' })).toEqual([]);
});

test.each([
  ['a package that is not there', '', FILES, 'bash 5.2-r0 of the base is not there'],
  ['another version', BASH.replace('5.2-r0', '5.3-r0'), FILES, 'bash is 5.3-r0, in the base it is 5.2-r0'],
  [
    'another package of the same version',
    BASH.replace(CHECKSUMS.bash, CHECKSUMS.other),
    FILES,
    'another package than in the base',
  ],
  [
    'another file',
    BASH,
    { ...FILES, 'usr/bin/bash': 'tampered' },
    'usr/bin/bash of bash is another file than in the base',
  ],
  [
    'a file that is not there',
    BASH,
    { 'usr/bin/bash': 'the shell' },
    'etc/shells of bash is another file than in the base',
  ],
])('%s is found', async (_, database, files, reason) => {
  expect((await compare(database, files)).join()).toContain(reason);
});

test('an image without a database of packages is refused', async () => {
  const nothing = sampleImage([await sampleLayer(FILES)]);
  await expect(compareWithBase(nothing, nothing)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
});
