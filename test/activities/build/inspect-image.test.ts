import { describe, expect, test } from 'vitest';
import { inspectImage, reasonsAgainstModule } from '../../../activities/build/inspect-image.ts';
import { sha256 } from '../../../domain/digest.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const LIBCRYPTO = elfSample({
  soname: 'libcrypto.so.3',
  sections: { '.rodata': 'OpenSSL 3.5.6 7 Apr 2026' },
});
const FOREIGN = elfSample({ soname: 'libcrypto.so.3', sections: { '.rodata': 'OpenSSL 3.6.5 1 Jan 2026' } });
const MODULE = elfSample({ needed: ['libc.so.6'] });
const EXPECTED = { coreVersion: '3.5.6', provider: sha256(MODULE) };
const GOOD = {
  'usr/lib/libcrypto.so.3': { content: LIBCRYPTO },
  'usr/lib/ossl-modules/fips.so': { content: MODULE },
  'usr/bin/openssl': { content: elfSample({ needed: ['libcrypto.so.3'] }) },
};

async function inspect(files: Parameters<typeof sampleLayer>[0]): Promise<readonly string[]> {
  return (await inspectImage(sampleImage([await sampleLayer(files)]), EXPECTED)).reasons;
}

describe('inspecting an image', () => {
  test('finds nothing against one libcrypto and one module', async () => {
    expect(await inspect(GOOD)).toEqual([]);
  });

  test.each([
    ['a second libcrypto', { 'opt/libcrypto.so.3': { content: LIBCRYPTO } }, 'there must be one libcrypto'],
    ['a second one under another name', { 'opt/innocent.so': { content: LIBCRYPTO } }, 'opt/innocent.so'],
    ['one of another version', { 'opt/libcrypto.so.3': { content: FOREIGN } }, 'holds OpenSSL 3.6.5'],
    [
      'another OpenSSL linked into a program',
      { 'usr/bin/agent': { content: elfSample({ sections: { '.rodata': 'OpenSSL 1.1.1w  11 Sep 2023' } }) } },
      'holds OpenSSL 1.1.1w',
    ],
    [
      'another module',
      { 'usr/lib/ossl-modules/legacy.so': { content: MODULE } },
      'there must be one provider module',
    ],
    ['a package manager', { 'usr/bin/apk': 'x' }, 'usr/bin/apk is a package manager'],
  ])('finds %s', async (_, more, reason) => {
    const reasons = await inspect({ ...GOOD, ...more });
    expect(reasons.join('\n')).toContain(reason);
  });

  test('finds a provider that is not the one that was built', async () => {
    const other = elfSample({ needed: ['libc.so.6'], soname: 'fips.so' });
    const reasons = await inspect({ ...GOOD, 'usr/lib/ossl-modules/fips.so': { content: other } });
    expect(reasons).toEqual([
      `usr/lib/ossl-modules/fips.so is ${sha256(other)}, built was ${sha256(MODULE)}`,
    ]);
  });

  test('finds that there is no libcrypto at all', async () => {
    const { 'usr/lib/libcrypto.so.3': _, ...without } = GOOD;
    expect(await inspect(without)).toEqual(['there must be one libcrypto, found none']);
  });
});

describe('a provider module', () => {
  test.each([
    [
      'that needs more than the C library',
      elfSample({ needed: ['libc.so.6', 'libcrypto.so.3'] }),
      'needs libc.so.6, libcrypto.so.3',
    ],
    [
      'that looks for libraries by itself',
      elfSample({ needed: ['libc.so.6'], runpath: '/opt' }),
      'looks for libraries in /opt',
    ],
    ['with text relocations', elfSample({ needed: ['libc.so.6'], tags: [[22, 0]] }), 'text relocations'],
    [
      'with a stack that can be run',
      elfSample({ needed: ['libc.so.6'], segments: [[0x6474e551, 7]] }),
      'written and run',
    ],
    ['that is no ELF file', Buffer.from('x'), 'no ELF file'],
  ])('%s is refused', (_, content, reason) => {
    expect(reasonsAgainstModule('fips.so', content).join()).toContain(reason);
  });
});
