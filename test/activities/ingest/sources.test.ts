import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireCertified } from '../../../activities/ingest/fips-source.ts';
import { bringSource } from '../../../activities/ingest/sources.ts';
import { signDetached } from '../../../adapters/pgp/detached-signature.ts';
import { makeSigningKey, type SigningKey } from '../../../adapters/pgp/signing-key.ts';
import { sha256 } from '../../../domain/digest.ts';
import { signatureUrl, sourceUrl } from '../../../domain/pins/source.ts';
import { samplePins } from '../../domain/pins/sample-pins.ts';
import { type FakeRun, fakeRun, NOW } from './fake-run.ts';

const ARCHIVE = Buffer.from('an archive');
const SIGNED_AT = new Date('2026-05-01T00:00:00Z');
const sample = samplePins();

let ours: SigningKey;
let theirs: SigningKey;
let fake: FakeRun;

beforeAll(async () => {
  ours = await makeSigningKey('release key', new Date('2025-01-01T00:00:00Z'));
  theirs = await makeSigningKey('somebody', new Date('2025-01-01T00:00:00Z'));
});
beforeEach(async () => {
  fake = await fakeRun();
});
afterEach(async () => await fake.remove());

async function publish(archive: Uint8Array, signer: SigningKey, signed: Uint8Array = archive): Promise<void> {
  fake.web.set(sourceUrl(sample.core), archive);
  fake.web.set(
    signatureUrl(sample.core),
    await signDetached({ data: signed, privateKey: signer.privateKey, at: SIGNED_AT }),
  );
  fake.web.set(sample.core.keys, signer.publicKey);
}

function core(digest = sha256(ARCHIVE)): typeof sample.core {
  return { ...sample.core, signers: [ours.fingerprint], sha256: digest };
}

describe('a source', () => {
  it('passes with its digest and a signature by a pinned signer', async () => {
    await publish(ARCHIVE, ours);

    expect((await bringSource(fake.run, 'core', core())).sha256).toBe(sha256(ARCHIVE));
    expect(fake.checks[0]?.detail).toContain(ours.fingerprint);
  });

  it('that is well signed and not the pinned one is refused', async () => {
    await publish(Buffer.from('another archive'), ours);

    await expect(bringSource(fake.run, 'core', core())).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  it('that is the pinned one and signed by somebody else is refused', async () => {
    await publish(ARCHIVE, theirs);

    await expect(bringSource(fake.run, 'core', core())).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining(theirs.fingerprint) as string,
    });
  });

  it('that is the pinned one with a signature over other bytes is refused', async () => {
    await publish(ARCHIVE, ours, Buffer.from('other bytes'));

    await expect(bringSource(fake.run, 'core', core())).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining(sourceUrl(sample.core)) as string,
    });
  });

  it('without a signature is refused', async () => {
    await publish(ARCHIVE, ours);
    fake.web.set(signatureUrl(sample.core), 'Not Found');

    await expect(bringSource(fake.run, 'core', core())).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  it('comes from the upstream and not from the store, which would hide that it has changed', async () => {
    await fake.store.put(ARCHIVE, 'application/gzip');
    await publish(Buffer.from('changed'), ours);

    await expect(bringSource(fake.run, 'core', core())).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });
});

describe('the source of the provider', () => {
  const source = { path: 'archive', sha256: sha256(ARCHIVE) };
  const covering = { version: '3.1.2', fingerprint: sha256('fips sources'), sunset: '2030-03-10' };

  it('passes with the fingerprint of its certificate', async () => {
    await requireCertified(fake.run, { ...sample, certificate: { 4985: covering } }, source);

    expect(fake.checks.map(({ step }) => step)).toEqual(['fips-source']);
  });

  it.each([
    ['another fingerprint', { ...covering, fingerprint: sha256('changed') }, 'have the fingerprint'],
    ['another version', { ...covering, version: '3.0.9' }, 'does not cover OpenSSL 3.1.2'],
    ['an end', { ...covering, sunset: NOW.toISOString().slice(0, 10).replace('-06-', '-05-') }, 'ended on'],
  ])('is refused when the certificate has %s', async (_, certificate, reason) => {
    await expect(
      requireCertified(fake.run, { ...sample, certificate: { 4985: certificate } }, source),
    ).rejects.toMatchObject({
      code: 'FND_NOT_CERTIFIED',
      message: expect.stringContaining(reason) as string,
    });
    expect(fake.checks).toEqual([]);
  });

  it('is refused when no certificate of the allow-list is its own', async () => {
    await expect(requireCertified(fake.run, { ...sample, certificate: {} }, source)).rejects.toMatchObject({
      code: 'FND_NOT_CERTIFIED',
    });
  });
});
