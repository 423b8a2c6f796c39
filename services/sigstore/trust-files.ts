import { X509Certificate, createHash, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonFile } from '../../adapters/files/json-file.ts';
import type { KeyFiles } from './key-files.ts';

/** The name the log signs its checkpoints with. It is a name and never dialled; the trusted root must carry the same. */
export const REKOR_ORIGIN = 'rekor.foundry.internal';

/** Signed note key type of Ed25519 (C2SP signed-note). */
const NOTE_ED25519 = Buffer.from([0x01]);
const RAW_ED25519_BYTES = 32;

/** The services a signer dials. */
export interface SigningUrls {
  readonly oidc: string;
  readonly fulcio: string;
  readonly rekor: string;
  readonly timestampAuthority: string;
}

/** Where the trust files are. */
export interface TrustFiles {
  /** What a verifier needs (`trustedroot+json;version=0.1`). */
  readonly trustedRoot: string;
  /** What a signer needs (`signingconfig.v0.2+json`). */
  readonly signingConfig: string;
  /** Both in one, as sigstore-python takes them (`clienttrustconfig.v0.1+json`). */
  readonly trustConfig: string;
}

/** The names of the trust files under a Sigstore folder. */
export function trustFilesIn(sigstoreFolder: string): TrustFiles {
  return {
    trustedRoot: join(sigstoreFolder, 'trusted_root.json'),
    signingConfig: join(sigstoreFolder, 'signing_config.json'),
    trustConfig: join(sigstoreFolder, 'trust_config.json'),
  };
}

/** Writes the trust files of a private Sigstore from its key files. The same keys and addresses give the same bytes. */
export async function writeTrustFiles(
  sigstoreFolder: string,
  keys: KeyFiles,
  urls: SigningUrls,
): Promise<TrustFiles> {
  const files = trustFilesIn(sigstoreFolder);
  const fulcio = certificatesOf(await readFile(keys.fulcioChain, 'utf8'));
  const timestamp = certificatesOf(await readFile(keys.timestampChain, 'utf8'));
  const since = rootOf(fulcio).validFromDate.toISOString();
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [rekorKey(await readFile(keys.rekorPublicKey, 'utf8'), since)],
    certificateAuthorities: [authority('https://fulcio.foundry.internal', fulcio)],
    ctlogs: [ctKey(await readFile(keys.ctPublicKey, 'utf8'), since)],
    timestampAuthorities: [authority('https://tsa.foundry.internal/api/v1/timestamp', timestamp)],
  };
  const service = (url: string, majorApiVersion: number): object[] => [
    { url, majorApiVersion, validFor: { start: since }, operator: 'foundry' },
  ];
  const signingConfig = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service(urls.fulcio, 1),
    oidcUrls: service(urls.oidc, 1),
    rekorTlogUrls: service(urls.rekor, 2),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: service(`${urls.timestampAuthority}/api/v1/timestamp`, 1),
    tsaConfig: { selector: 'ANY' },
  };
  await writeJsonFile(files.trustedRoot, trustedRoot);
  await writeJsonFile(files.signingConfig, signingConfig);
  await writeJsonFile(files.trustConfig, {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot,
    signingConfig,
  });
  return files;
}

/** The key id of a transparency log with an Ed25519 key: SHA-256 over origin, newline, key type and raw key (C2SP signed-note, whole hash). */
export function ed25519LogId(origin: string, publicKeyPem: string): Buffer {
  const raw = spkiOf(publicKeyPem).subarray(-RAW_ED25519_BYTES);
  return createHash('sha256').update(`${origin}\n`).update(NOTE_ED25519).update(raw).digest();
}

/** The log id of a certificate transparency log: SHA-256 over its SPKI (RFC 6962 section 3.2). */
function ctLogId(publicKeyPem: string): Buffer {
  return createHash('sha256').update(spkiOf(publicKeyPem)).digest();
}

function rekorKey(pem: string, since: string): object {
  return {
    baseUrl: `https://${REKOR_ORIGIN}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: publicKey(pem, 'PKIX_ED25519', since),
    logId: { keyId: ed25519LogId(REKOR_ORIGIN, pem).toString('base64') },
  };
}

function ctKey(pem: string, since: string): object {
  return {
    baseUrl: 'https://ct.foundry.internal',
    hashAlgorithm: 'SHA2_256',
    publicKey: publicKey(pem, 'PKIX_ECDSA_P256_SHA_256', since),
    logId: { keyId: ctLogId(pem).toString('base64') },
  };
}

function publicKey(pem: string, keyDetails: string, since: string): object {
  return { rawBytes: spkiOf(pem).toString('base64'), keyDetails, validFor: { start: since } };
}

function authority(uri: string, chain: readonly X509Certificate[]): object {
  const root = rootOf(chain);
  const subject = new Map(
    root.subject.split('\n').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
  return {
    subject: { organization: subject.get('O') ?? '', commonName: subject.get('CN') ?? '' },
    uri,
    certChain: { certificates: chain.map(({ raw }) => ({ rawBytes: raw.toString('base64') })) },
    validFor: { start: root.validFromDate.toISOString() },
  };
}

function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function rootOf(chain: readonly X509Certificate[]): X509Certificate {
  const root = chain.at(-1);
  if (root === undefined) throw new Error('a certificate chain is empty');
  return root;
}

function spkiOf(pem: string): Buffer {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' });
}
