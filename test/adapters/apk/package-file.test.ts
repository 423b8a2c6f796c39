import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { packGzipMember } from '../../../adapters/apk/gzip-members.ts';
import type { KeyRing, SigningKey } from '../../../adapters/apk/keys.ts';
import {
  controlChecksum,
  openPackage,
  signPackage,
  verifyPackage,
  type PackageFile,
} from '../../../adapters/apk/package-file.ts';
import { createSignatureMember } from '../../../adapters/apk/signature.ts';
import { packTarFiles } from '../../../adapters/apk/tar.ts';
import { packageBytes } from '../../../adapters/apk/write-package.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { SAMPLE_INFO, sampleKey, samplePackage } from './sample.ts';

describe('verifying a package', () => {
  let signingKey: SigningKey;
  let keys: KeyRing;
  let file: PackageFile;
  let signed: Uint8Array;

  beforeAll(async () => {
    ({ signingKey, keys } = sampleKey());
    file = await samplePackage();
    signed = await signPackage(file, signingKey);
  });

  test('accepts what its key signed, and tells what it is', async () => {
    const checksum = controlChecksum(file.control);

    const verified = await verifyPackage(signed, { keys, checksum }, 'sample.apk');

    expect(verified.info).toEqual({ ...SAMPLE_INFO, installedSize: 22, dataHash: file.info.dataHash });
    expect(verified.signatures.map((signature) => signature.algorithm)).toEqual(['RSA256']);
  });

  test('accepts a SHA-1 signature as Alpine makes them', async () => {
    const member = await createSignatureMember(file.control, signingKey, { mtime: 0, algorithm: 'RSA' });

    const verified = await verifyPackage(Buffer.concat([member, packageBytes(file)]), { keys }, 'sample.apk');

    expect(verified.signatures[0]?.algorithm).toBe('RSA');
  });

  test('refuses a package without a signature', async () => {
    await expect(verifyPackage(packageBytes(file), { keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: 'sample.apk: it has no signature',
    });
  });

  test('refuses a key it does not know', async () => {
    const stranger = sampleKey('stranger.rsa.pub');

    await expect(verifyPackage(signed, { keys: stranger.keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: 'sample.apk: it is signed by sample.rsa.pub, and we trust stranger.rsa.pub',
    });
  });

  test('refuses another key under the known name', async () => {
    const impostor = await signPackage(file, sampleKey().signingKey);

    await expect(verifyPackage(impostor, { keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: 'sample.apk: its RSA256 signature by sample.rsa.pub does not fit the bytes',
    });
  });

  test('refuses a bad signature by a known key even beside a good one', async () => {
    const good = (await openPackage(signed, 'sample.apk')).signatures[0]?.value ?? new Uint8Array();
    const member = packGzipMember(
      await packTarFiles(
        [
          { name: '.SIGN.RSA256.sample.rsa.pub', content: good },
          { name: '.SIGN.RSA.sample.rsa.pub', content: good },
        ],
        { mtime: 0 },
      ),
    );

    await expect(
      verifyPackage(Buffer.concat([member, packageBytes(file)]), { keys }, 'sample.apk'),
    ).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
  });

  test('refuses other data behind a good control member', async () => {
    const other = Buffer.concat([
      signed.subarray(0, signed.length - file.data.length),
      packGzipMember(Buffer.alloc(1024)),
    ]);

    await expect(verifyPackage(other, { keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('promises datahash'),
    });
  });

  test('refuses more data behind the data member', async () => {
    const longer = Buffer.concat([signed, packGzipMember(Buffer.from('more'))]);

    await expect(verifyPackage(longer, { keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  test('refuses another package than the index promised', async () => {
    const checksum = `Q1${'A'.repeat(27)}=`;

    await expect(verifyPackage(signed, { keys, checksum }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining(`the index promises checksum ${checksum}`),
    });
  });

  test('refuses a control member without a datahash', async () => {
    const control = packGzipMember(
      await packTarFiles([{ name: '.PKGINFO', content: Buffer.from('pkgname = x\npkgver = 1\n') }], {
        mtime: 0,
      }),
    );
    const bare = await signPackage({ ...file, control }, signingKey);

    await expect(verifyPackage(bare, { keys }, 'sample.apk')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: 'sample.apk: .PKGINFO has no datahash',
    });
  });

  test('any flipped bit is refused, or is in the packing of the signature and changes nothing', async () => {
    for (let at = 0; at < signed.length; at += 1) {
      const changed = Buffer.from(signed);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const outcome = await outcomeOf(changed, keys);
      expect(outcome === 'refused' || sameContent(outcome, file), `byte ${at}`).toBe(true);
    }
  });

  test('any truncation is refused', async () => {
    for (let length = 0; length < signed.length; length += 1) {
      expect(await outcomeOf(signed.subarray(0, length), keys), `length ${length}`).toBe('refused');
    }
  });

  test('any bytes at all end in a refusal and never in another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.nat(400), async (noise, at) => {
        const spoiled = Buffer.concat([
          signed.subarray(0, at),
          noise,
          signed.subarray(at + noise.length + 1),
        ]);
        expect(await outcomeOf(spoiled, keys)).toBe('refused');
      }),
    );
  });
});

async function outcomeOf(bytes: Uint8Array, keys: KeyRing): Promise<PackageFile | 'refused'> {
  try {
    return await verifyPackage(bytes, { keys }, 'sample.apk');
  } catch (error) {
    if (error instanceof FoundryError) return 'refused';
    throw error;
  }
}

function sameContent(a: PackageFile, b: PackageFile): boolean {
  return Buffer.compare(a.control, b.control) === 0 && Buffer.compare(a.data, b.data) === 0;
}
