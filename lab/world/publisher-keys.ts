import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSigningKey, parseSigningKey, type SigningKey } from '../../adapters/apk/keys.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeDirectoryOnce, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { makeSigningKey, readSigningKey, type SigningKey as PgpKey } from '../../adapters/pgp/signing-key.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { LabLayout } from './layout.ts';

/** The file name of the repository's public key, as Wolfi calls its own. */
export const REPOSITORY_KEY = 'wolfi-signing.rsa.pub';
/** The user id of the key that signs what the lab repacked. */
export const LAB_RELEASE_KEY_NAME = 'wolfi-openssl-fips lab release key, not OpenSSL';

const REPOSITORY_PRIVATE_KEY = 'wolfi-signing.rsa';
const RELEASE_KEY = 'openssl-lab-release.key';

/** With what the lab's upstreams sign. */
export interface PublisherKeys {
  /** The apk repository's, with its public half as PEM. */
  readonly repository: { readonly signingKey: SigningKey; readonly publicKey: string };
  /** That of source releases which the lab repacked. */
  readonly release: PgpKey;
}

/**
 * The keys of the lab's upstreams; made on first use. They belong to the machine, as a real upstream's belong to nobody who releases: labs
 * of other state folders publish the same bytes. A lab keeps a copy, so that it outlives the cache.
 * Throws FND_BAD_DATA when a file is not a key.
 */
export async function ensurePublisherKeys({ keys, cache }: LabLayout): Promise<PublisherKeys> {
  const machine = join(cache, 'keys');
  return {
    repository: {
      signingKey: parseSigningKey(REPOSITORY_KEY, await ownCopy(REPOSITORY_PRIVATE_KEY, keys, machine)),
      publicKey: await ownCopy(REPOSITORY_KEY, keys, machine),
    },
    release: await readSigningKey(await ownCopy(RELEASE_KEY, keys, machine)),
  };
}

async function ownCopy(name: string, keys: string, machine: string): Promise<string> {
  const path = join(keys, name);
  const own = await ifThere(readFile(path, 'utf8'));
  if (own !== undefined) return own;
  const shared = (await ifThere(readFile(join(machine, name), 'utf8'))) ?? (await made(name, machine));
  await writeFileAtomic(path, shared, modeOf(name));
  return shared;
}

async function made(name: string, machine: string): Promise<string> {
  await writeDirectoryOnce(machine, async (aside) => {
    const { privateKey, publicKey } = await createSigningKey();
    const release = await makeSigningKey(LAB_RELEASE_KEY_NAME, new Date());
    const files = {
      [REPOSITORY_PRIVATE_KEY]: privateKey,
      [REPOSITORY_KEY]: publicKey,
      [RELEASE_KEY]: release.privateKey,
    };
    for (const [file, text] of Object.entries(files))
      await writeFileAtomic(join(aside, file), text, modeOf(file));
  });
  const text = await ifThere(readFile(join(machine, name), 'utf8'));
  if (text !== undefined) return text;
  throw new FoundryError('FND_BAD_DATA', `${machine} holds keys, but no ${name}`, {
    hint: 'Remove this folder: the keys are made anew, and labs that there are keep theirs.',
  });
}

function modeOf(name: string): number {
  return name === REPOSITORY_KEY ? 0o644 : 0o600;
}
