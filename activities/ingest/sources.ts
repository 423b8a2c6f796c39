import { readFile } from 'node:fs/promises';
import { verifyDetached } from '../../adapters/pgp/detached-signature.ts';
import { parsePgpFingerprint } from '../../adapters/pgp/fingerprint.ts';
import { FoundryError } from '../../domain/errors.ts';
import { signatureUrl, sourceUrl } from '../../domain/pins/source.ts';
import type { Source, Versions } from '../../domain/pins/versions.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { fetcher, type IngestRun, type VerifiedSource } from './ingest-context.ts';
import type { Brought } from './supply.ts';

const LARGEST = {
  source: 512 * 1024 * 1024,
  'source-signature': 1024 * 1024,
  'source-keys': 16 * 1024 * 1024,
};
const MEDIA_TYPES = {
  source: 'application/gzip',
  'source-signature': 'application/pgp-signature',
  'source-keys': 'application/pgp-keys',
} as const;

type Name = 'core' | 'provider';

/**
 * Contract 2, fifth step: brings a source, checks its pinned SHA-256 and its OpenPGP signature by one of the pinned signers.
 * A source that is not pinned yet has its signature alone. Throws FND_DIGEST_MISMATCH, FND_SIGNATURE_REFUSED, FND_BAD_DATA.
 */
export async function bringSource(
  run: IngestRun,
  name: Name,
  source: Versions[Name],
): Promise<VerifiedSource> {
  const bring = (kind: keyof typeof MEDIA_TYPES, url: string, sha256?: Sha256): Promise<Brought> =>
    run.supply.bring({
      entry: { kind, name, platform: null, url, mediaType: MEDIA_TYPES[kind] },
      ...(sha256 === undefined ? {} : { sha256 }),
      fetch: fetcher(run, url, LARGEST[kind]),
    });
  const archive = await bring('source', sourceUrl(source), source.sha256);
  const signature = await bring('source-signature', signatureUrl(source));
  const keys = await bring('source-keys', source.keys);
  const signed = await verifySource(run, source, { archive, signature, keys });
  run.passed('sources', `${name} ${source.version} ${archive.entry.sha256}, signed by ${signed}`);
  return { path: archive.path, sha256: archive.entry.sha256 };
}

async function verifySource(
  run: IngestRun,
  source: Source,
  files: Readonly<Record<'archive' | 'signature' | 'keys', Brought>>,
): Promise<string> {
  const url = files.archive.entry.url;
  try {
    const { fingerprint, keyExpired } = await verifyDetached({
      data: await readFile(files.archive.path),
      signature: await readFile(files.signature.path, 'utf8'),
      keys: await readFile(files.keys.path, 'utf8'),
      expectedFingerprints: source.signers.map((signer) => parsePgpFingerprint(signer, 'signer')),
      at: run.now(),
    });
    return keyExpired ? `${fingerprint} (a key that has expired since)` : fingerprint;
  } catch (error) {
    if (!(error instanceof FoundryError)) throw error;
    throw new FoundryError(error.code, `${url}: ${error.message}`, {
      hint: 'Do not use this archive. Compare it and its signature with what OpenSSL publishes elsewhere.',
      cause: error,
    });
  }
}
