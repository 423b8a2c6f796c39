import { generateKeyPairSync } from 'node:crypto';
import { renderIndex, signIndex } from '../../../adapters/apk/index-file.ts';
import { indexRecordOf, type IndexRecord } from '../../../adapters/apk/index-record.ts';
import {
  parsePublicKey,
  parseSigningKey,
  type KeyRing,
  type SigningKey,
} from '../../../adapters/apk/keys.ts';
import { signPackage, type PackageFile } from '../../../adapters/apk/package-file.ts';
import type { PackageInfo } from '../../../adapters/apk/package-info.ts';
import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { writePackage, type PackageEntry } from '../../../adapters/apk/write-package.ts';

/** A key pair for tests, under a name. */
export function sampleKey(name = 'sample.rsa.pub'): { signingKey: SigningKey; keys: KeyRing } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    signingKey: parseSigningKey(name, privateKey),
    keys: new Map([[name, parsePublicKey(name, publicKey)]]),
  };
}

/** What is said about a small package. */
export const SAMPLE_INFO: Omit<PackageInfo, 'dataHash' | 'installedSize'> = {
  name: 'sample',
  version: parseApkVersion('1.2_rc1-r3'),
  arch: 'x86_64',
  description: 'a sample = with an equals sign',
  url: 'https://sample.invalid/',
  license: 'Apache-2.0',
  origin: 'samples',
  maintainer: 'nobody <nobody@sample.invalid>',
  buildTime: 1_700_000_000,
  commit: '0123456789abcdef',
  depends: ['so:libc.so.6', 'other>1.0', '!bad'],
  provides: ['cmd:sample=1.2_rc1-r3', 'virtual'],
  replaces: ['older'],
  installIf: ['a', 'b=1'],
  providerPriority: 7,
};

/** What a small package installs. */
export const SAMPLE_ENTRIES: readonly PackageEntry[] = [
  { type: 'symlink', path: 'usr/bin/alias', target: 'sample' },
  { type: 'file', path: 'usr/bin/sample', mode: 0o755, content: Buffer.from('#!/bin/sh\necho sample\n') },
  { type: 'hardlink', path: 'usr/bin/another', mode: 0o755, target: 'usr/bin/sample' },
  { type: 'directory', path: 'var/empty', mode: 0o700 },
];

export async function samplePackage(differences: Partial<typeof SAMPLE_INFO> = {}): Promise<PackageFile> {
  return await writePackage({ ...SAMPLE_INFO, ...differences }, SAMPLE_ENTRIES);
}

/** A signed package and an index that lists it. */
export async function sampleRepository(
  signingKey: SigningKey,
  differences: Partial<typeof SAMPLE_INFO> = {},
): Promise<{ apk: Uint8Array; index: Uint8Array; record: IndexRecord }> {
  const file = await samplePackage(differences);
  const apk = await signPackage(file, signingKey);
  const record = indexRecordOf(file, apk.length);
  const unsigned = await renderIndex({ description: 'samples', records: [record] }, { mtime: 1_700_000_000 });
  return { apk, index: await signIndex(unsigned, signingKey, { mtime: 1_700_000_000 }), record };
}
