import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import {
  findDebianMirror,
  parseDeb822Sources,
  parseOneLineSources,
  readHostMirror,
} from '../../../lab/archive/apt-sources.ts';

const DEB822 = `# a comment
Types: deb
URIs: http://mirror.invalid/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.invalid/debian
Suites: trixie trixie-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

describe('finding the main archive in the host sources', () => {
  test('skips the security archive in deb822 sources', () => {
    const mirror = findDebianMirror(parseDeb822Sources(DEB822));

    expect(mirror?.uris).toEqual(['http://mirror.invalid/debian']);
    expect(mirror?.signedBy).toBe('/usr/share/keyrings/debian-archive-keyring.gpg');
  });

  test('reads the one-line format with options', () => {
    const sources = parseOneLineSources(
      [
        '# deb http://old.invalid/debian stable main',
        'deb cdrom:[Debian]/ stable main',
        'deb [arch=amd64 signed-by=/etc/apt/keyrings/a.gpg] https://other.invalid/apt nodistro main',
        'deb [signed-by=/k/debian-archive-keyring.gpg] https://mirror.invalid/pool-of-debian/ stable main # ours',
      ].join('\n'),
    );

    expect(findDebianMirror(sources)).toEqual({
      uris: ['https://mirror.invalid/pool-of-debian/'],
      signedBy: '/k/debian-archive-keyring.gpg',
      trusted: undefined,
    });
  });

  test.each([
    [
      'a disabled entry',
      'Types: deb\nEnabled: no\nURIs: http://m.invalid/debian\nSuites: stable\nComponents: main',
    ],
    ['another vendor', 'Types: deb\nURIs: http://m.invalid/ubuntu\nSuites: noble\nComponents: main'],
    ['a flat repository', 'Types: deb\nURIs: http://m.invalid/debian\nSuites: ./'],
    ['only backports', 'Types: deb\nURIs: http://m.invalid/debian\nSuites: x-backports\nComponents: main'],
  ])('does not take %s', (_, text) => {
    expect(findDebianMirror(parseDeb822Sources(text))).toBeUndefined();
  });

  test('keeps a key block that stands in the source itself', () => {
    const [source] = parseDeb822Sources('Types: deb\nSigned-By:\n -----BEGIN\n .\n abc\nSuites: x\n');

    expect(source?.signedBy).toBe('\n -----BEGIN\n .\n abc');
  });

  test('reads the folder of a host, and says what is missing on a host without Debian', async () => {
    await withTemporaryDirectory(async (folder) => {
      await expect(readHostMirror(folder)).rejects.toMatchObject({ code: 'FND_ARCHIVE_UNREACHABLE' });
      await mkdir(join(folder, 'sources.list.d'));
      await writeFile(join(folder, 'sources.list.d', 'debian.sources'), DEB822);

      expect((await readHostMirror(folder)).uris).toEqual(['http://mirror.invalid/debian']);
    });
  });
});
