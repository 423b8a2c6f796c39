import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeDirectoryAtomic, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../domain/errors.ts';
import { createCodeSigningRoot, createTimestampChain, toPem } from './certificates.ts';

const ORGANIZATION = 'Foundry private Sigstore';

/** The key files of one private Sigstore. Private ones are for their owner alone. */
export interface KeyFiles {
  readonly folder: string;
  readonly fulcioKey: string;
  readonly fulcioChain: string;
  readonly timestampKey: string;
  /** Leaf first, root last. */
  readonly timestampChain: string;
  readonly rekorKey: string;
  readonly rekorPublicKey: string;
  readonly ctKey: string;
  readonly ctPublicKey: string;
  /** RSA, as a JSON Web Key. */
  readonly issuerKey: string;
}

/** The names of the key files under a Sigstore folder. */
export function keyFilesIn(sigstoreFolder: string): KeyFiles {
  const folder = join(sigstoreFolder, 'keys');
  return {
    folder,
    fulcioKey: join(folder, 'fulcio.key.pem'),
    fulcioChain: join(folder, 'fulcio.chain.pem'),
    timestampKey: join(folder, 'timestamp.key.pem'),
    timestampChain: join(folder, 'timestamp.chain.pem'),
    rekorKey: join(folder, 'rekor.key.pem'),
    rekorPublicKey: join(folder, 'rekor.pub.pem'),
    ctKey: join(folder, 'ct.key.pem'),
    ctPublicKey: join(folder, 'ct.pub.pem'),
    issuerKey: join(folder, 'issuer.key.json'),
  };
}

/**
 * Makes all keys and certificates of a private Sigstore, once: a folder that is there stays as it is, because
 * signatures made under it must go on to verify. The folder appears whole or not at all.
 * Throws FND_BAD_DATA for a file in it that is no longer what it was made as.
 */
export async function ensureKeyFiles(sigstoreFolder: string, now: Date): Promise<KeyFiles> {
  const files = keyFilesIn(sigstoreFolder);
  if ((await ifThere(stat(files.folder))) !== undefined) {
    await requireReadable(files, sigstoreFolder);
    return files;
  }
  const contents = await createContents(now);
  await writeDirectoryAtomic(files.folder, async (aside) => {
    for (const [name, text] of Object.entries(contents))
      await writeFileAtomic(join(aside, name), text, 0o600);
  });
  return files;
}

async function requireReadable(files: KeyFiles, sigstoreFolder: string): Promise<void> {
  for (const path of Object.values(files).filter((each) => each !== files.folder)) {
    try {
      parseKeyFile(path, await readFile(path, 'utf8'));
    } catch (cause) {
      throw new FoundryError('FND_BAD_DATA', `${path} is not a key file of the private Sigstore`, {
        hint: `Put it back from a copy. Without one run \`./foundry down\` and remove ${sigstoreFolder}: a new Sigstore is then made, and signatures of this one no longer verify.`,
        cause,
      });
    }
  }
}

/** Throws what Node throws when the text is not what the name says. */
function parseKeyFile(path: string, text: string): KeyObject | X509Certificate {
  if (path.endsWith('.json')) return createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' });
  if (path.endsWith('.chain.pem')) return new X509Certificate(text);
  return path.endsWith('.pub.pem') ? createPublicKey(text) : createPrivateKey(text);
}

async function createContents(now: Date): Promise<Record<string, string>> {
  const [fulcio, timestamp, issuer] = await Promise.all([
    createCodeSigningRoot(ORGANIZATION, now).then((root) => toPem([root])),
    createTimestampChain(ORGANIZATION, now).then(toPem),
    generateKeyPair('RS256', { modulusLength: 2048, extractable: true }).then(({ privateKey }) =>
      exportJWK(privateKey),
    ),
  ]);
  const rekor = pemPair(generateKeyPairSync('ed25519'));
  const ct = pemPair(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  return {
    'fulcio.key.pem': fulcio.privateKey,
    'fulcio.chain.pem': fulcio.chain,
    'timestamp.key.pem': timestamp.privateKey,
    'timestamp.chain.pem': timestamp.chain,
    'rekor.key.pem': rekor.privateKey,
    'rekor.pub.pem': rekor.publicKey,
    'ct.key.pem': ct.privateKey,
    'ct.pub.pem': ct.publicKey,
    'issuer.key.json': `${JSON.stringify(issuer)}\n`,
  };
}

function pemPair(pair: { privateKey: KeyObject; publicKey: KeyObject }): {
  privateKey: string;
  publicKey: string;
} {
  return {
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
