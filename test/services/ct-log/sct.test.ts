import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { signPrecertificate, withoutPoison } from '../../../services/ct-log/sct.ts';
import { createCodeSigningRoot, createTimestampChain } from '../../../services/sigstore/certificates.ts';

let key: KeyObject;

beforeAll(() => {
  key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
});

it('signs nothing for a certificate that its issuer did not sign', async () => {
  const [leaf] = await createTimestampChain('test', new Date());
  const stranger = await createCodeSigningRoot('stranger', new Date());
  const raw = (data: ArrayBuffer | undefined): Buffer => Buffer.from(data ?? new ArrayBuffer(0));
  expect(() =>
    signPrecertificate(raw(leaf?.certificate.rawData), raw(stranger.certificate.rawData), key, 0),
  ).toThrow('not signed by its issuer');
});

it('signs nothing for a certificate without poison, which could be used as it is', async () => {
  const { certificate } = await createCodeSigningRoot('test', new Date());
  const raw = Buffer.from(certificate.rawData);
  expect(() => withoutPoison(raw)).toThrow('no poison');
  expect(() => signPrecertificate(raw, raw, key, 0)).toThrow('no poison');
});
