import {
  enums,
  PacketList,
  readPrivateKey,
  readSignature,
  reformatKey,
  revokeKey,
  Signature,
  type SignaturePacket,
} from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { signDetached, verifyDetached } from '../../../adapters/pgp/detached-signature.ts';
import { parsePgpFingerprint } from '../../../adapters/pgp/fingerprint.ts';
import { makeSigningKey, readSigningKey, type SigningKey } from '../../../adapters/pgp/signing-key.ts';

const DATA = Buffer.from('openssl-3.5.7.tar.gz');
const MADE = new Date('2026-01-01T00:00:00Z');
const SIGNED = new Date('2026-02-01T00:00:00Z');
const NOW = new Date('2026-11-01T00:00:00Z');

let key: SigningKey;
let signature: string;

beforeAll(async () => {
  key = await makeSigningKey('test key', MADE);
  signature = await signDetached({ data: DATA, privateKey: key.privateKey, at: SIGNED });
});

function check(
  overrides: Partial<Parameters<typeof verifyDetached>[0]> = {},
): ReturnType<typeof verifyDetached> {
  return verifyDetached({
    data: DATA,
    signature,
    keys: key.publicKey,
    expectedFingerprints: [key.fingerprint],
    at: NOW,
    ...overrides,
  });
}

test('a good signature tells who and when', async () => {
  expect(await check()).toEqual({
    fingerprint: key.fingerprint,
    signedAt: SIGNED,
    keyExpired: false,
    keyExpiresAt: undefined,
  });
});

test('a key survives being written and read', async () => {
  expect(await readSigningKey(key.privateKey)).toEqual(key);
});

describe('is refused', () => {
  test('one changed byte', async () => {
    const data = Buffer.from(DATA);
    data[0] = 0x4f;
    await expect(check({ data })).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining('digest'),
    });
  });

  test('a good signature by a key that is not pinned', async () => {
    const other = parsePgpFingerprint('BA5473A2B0587B07FB27CF2D216094DFD0CB81EF', 'test');
    await expect(check({ expectedFingerprints: [other] })).rejects.toThrow(
      `it is by ${key.fingerprint}; pinned: ${other}`,
    );
  });

  test('any signature when nothing is pinned', async () => {
    await expect(check({ expectedFingerprints: [] })).rejects.toThrow(/pinned: none/);
  });

  test('a signature whose key is not given', async () => {
    const other = await makeSigningKey('other key', MADE);
    await expect(check({ keys: other.publicKey, expectedFingerprints: [other.fingerprint] })).rejects.toThrow(
      /not among the keys given/,
    );
  });

  test('a signature from the future', async () => {
    await expect(check({ at: new Date('2026-01-15T00:00:00Z') })).rejects.toThrow(/after the check/);
  });

  test('a signature by a key that was revoked', async () => {
    const { publicKey } = await revokeKey({
      key: await readPrivateKey({ armoredKey: key.privateKey }),
      reasonForRevocation: { flag: enums.reasonForRevocation.noReason },
      date: SIGNED,
      format: 'armored',
    });
    await expect(check({ keys: publicKey })).rejects.toThrow(/revoked/i);
  });

  test('what is not a signature', async () => {
    await expect(check({ signature: '<html>' })).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  test('what is not a key', async () => {
    await expect(check({ keys: '<html>' })).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  test('two signatures in one file', async () => {
    const both = await twoSignatures();
    await expect(check({ signature: both })).rejects.toThrow(/expected one OpenPGP signature, got 2/);
  });
});

describe('a key that expires in April', () => {
  const April = new Date('2026-04-01T00:00:00Z');
  let expiringPublicKey: string;

  beforeAll(async () => {
    const { publicKey } = await reformatKey({
      privateKey: await readPrivateKey({ armoredKey: key.privateKey }),
      userIDs: [{ name: 'the same key, with an end' }],
      date: MADE,
      keyExpirationTime: (April.getTime() - MADE.getTime()) / 1000,
      format: 'armored',
    });
    expiringPublicKey = publicKey;
  });

  async function checkSignatureOf(signedAt: Date, at: Date): ReturnType<typeof verifyDetached> {
    return check({
      signature: await signDetached({ data: DATA, privateKey: key.privateKey, at: signedAt }),
      keys: expiringPublicKey,
      at,
    });
  }

  test('signed before, checked before: good', async () => {
    expect(await checkSignatureOf(SIGNED, new Date('2026-03-01'))).toMatchObject({ keyExpired: false });
  });

  test('signed before, checked after: good, and the result says that the key has expired', async () => {
    expect(await checkSignatureOf(SIGNED, NOW)).toMatchObject({ keyExpired: true, keyExpiresAt: April });
  });

  test('signed after: refused', async () => {
    await expect(checkSignatureOf(new Date('2026-05-01'), NOW)).rejects.toThrow(/expired/i);
  });
});

describe('fingerprints', () => {
  test('are read with spaces and in lower case', () => {
    expect(parsePgpFingerprint('ba54 73a2 b058 7b07 fb27  cf2d 2160 94df d0cb 81ef', 'test')).toBe(
      'BA5473A2B0587B07FB27CF2D216094DFD0CB81EF',
    );
  });

  test.each(['', 'D0CB81EF', 'X'.repeat(40)])('%j is none', (text) => {
    expect(() => parsePgpFingerprint(text, 'test')).toThrow(/fingerprint of 40 hex characters/);
  });
});

async function twoSignatures(): Promise<string> {
  const { packets } = await readSignature({ armoredSignature: signature });
  const [packet] = packets;
  const list = new PacketList<SignaturePacket>();
  if (packet !== undefined) list.push(packet, packet);
  return new Signature(list).armor();
}
