import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { SignatureRefused } from '../../../adapters/sigstore/refusal.ts';
import { type Expectation, verifyBundle } from '../../../adapters/sigstore/verify.ts';
import { parseSha256 } from '../../../domain/digest.ts';
import { ensureKeyFiles } from '../../../services/sigstore/key-files.ts';
import { writeTrustFiles } from '../../../services/sigstore/trust-files.ts';

interface Bundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    tlogEntries: unknown[];
    timestampVerificationData: { rfc3161Timestamps: unknown[] };
  };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

type TrustedRoot = Record<'tlogs' | 'certificateAuthorities' | 'ctlogs' | 'timestampAuthorities', unknown[]>;

const EXPECTED: Expectation = {
  identity: {
    issuer: 'http://127.0.0.1:20001',
    san: 'https://github.com/foundry/wolfi-openssl-fips/.github/workflows/release.yml@refs/heads/main',
  },
  subjectDigest: parseSha256('ab'.repeat(32), 'test'),
  predicateType: 'https://slsa.dev/provenance/v1',
};

const bundle = (): Bundle => fixture('bundle.json') as Bundle;
const trustedRoot = (): TrustedRoot => fixture('trusted_root.json') as TrustedRoot;
let otherRoot: TrustedRoot;

beforeAll(async () => {
  otherRoot = await withTemporaryDirectory(async (folder) => {
    const keys = await ensureKeyFiles(folder, new Date('2026-11-01T00:00:00Z'));
    const urls = { oidc: '', fulcio: '', rekor: '', timestampAuthority: '' };
    const files = await writeTrustFiles(folder, keys, urls);
    return JSON.parse(readFileSync(files.trustedRoot, 'utf8')) as TrustedRoot;
  });
});

describe('a bundle from the private Sigstore', () => {
  it('is taken, and its statement returned', () => {
    const statement = verifyBundle(bundle(), trustedRoot(), EXPECTED);
    expect(statement.predicate).toEqual({ note: 'a test statement' });
  });

  it('as the first entry of its log still says its index, which sigstore-python demands', () => {
    expect(bundle().verificationMaterial.tlogEntries[0]).toMatchObject({
      logIndex: '0',
      inclusionProof: { logIndex: '0' },
    });
  });
});

describe('a changed bundle is refused', () => {
  it.each<[string, (bundle: Bundle) => void]>([
    [
      'signature',
      (b) => (b.dsseEnvelope.payload = Buffer.from(payload(b).replace('test', 'best')).toString('base64')),
    ],
    ['signature', (b) => b.dsseEnvelope.signatures.forEach((s) => (s.sig = flipLastByte(s.sig)))],
    ['payload-type', (b) => (b.dsseEnvelope.payloadType = 'application/json')],
    ['log', (b) => (b.verificationMaterial.tlogEntries = [])],
    ['log', (b) => b.verificationMaterial.tlogEntries.push(b.verificationMaterial.tlogEntries[0])],
    ['timestamp', (b) => (b.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [])],
    ['malformed', (b) => b.dsseEnvelope.signatures.push({ sig: '' })],
    ['malformed', (b) => delete b.verificationMaterial.certificate],
    ['malformed', (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1')],
  ])('as %s: %s', (reason, change) => {
    const changed = bundle();
    change(changed);
    expect(reasonFor(changed, trustedRoot())).toBe(reason);
  });

  it.each([[null], [{}], ['text'], [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }]])(
    'as malformed when it is %j',
    (value) => {
      expect(reasonFor(value, trustedRoot())).toBe('malformed');
    },
  );
});

describe('a bundle that is not what was asked for is refused', () => {
  it.each<[string, Partial<Expectation>]>([
    [
      'identity',
      {
        identity: {
          ...EXPECTED.identity,
          san: 'https://github.com/foundry/other/.github/workflows/release.yml@refs/heads/main',
        },
      },
    ],
    ['identity', { identity: { ...EXPECTED.identity, san: EXPECTED.identity.san.slice(0, -1) } }],
    ['identity', { identity: { ...EXPECTED.identity, san: '.*' } }],
    ['issuer', { identity: { ...EXPECTED.identity, issuer: 'http://127.0.0.1:2000' } }],
    ['digest', { subjectDigest: parseSha256('ac'.repeat(32), 'test') }],
    ['predicate-type', { predicateType: 'https://slsa.dev/provenance/v0.2' }],
  ])('as %s', (reason, difference) => {
    expect(reasonFor(bundle(), trustedRoot(), { ...EXPECTED, ...difference })).toBe(reason);
  });
});

describe('a bundle from elsewhere is refused', () => {
  it.each<[string, keyof TrustedRoot]>([
    ['trust-root', 'certificateAuthorities'],
    ['trust-root', 'ctlogs'],
    ['log', 'tlogs'],
    ['timestamp', 'timestampAuthorities'],
  ])('as %s when the trusted root has other %s', (reason, part) => {
    expect(reasonFor(bundle(), { ...trustedRoot(), [part]: otherRoot[part] })).toBe(reason);
  });

  it('when nothing of the trusted root fits', () => {
    expect(reasonFor(bundle(), otherRoot)).toBe('timestamp');
  });

  it('when the trusted root cannot be read', () => {
    expect(reasonFor(bundle(), { tlogs: [{}] })).toBe('trust-root');
  });
});

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), 'utf8'));
}

function reasonFor(value: unknown, root: unknown, expected = EXPECTED): string {
  try {
    verifyBundle(value, root, expected);
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
  return 'taken';
}

function payload(value: Bundle): string {
  return Buffer.from(value.dsseEnvelope.payload, 'base64').toString('utf8');
}

function flipLastByte(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString('base64');
}
