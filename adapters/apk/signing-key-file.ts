import { createPublicKey, randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';
import { isCode, makeFolder, namedFileError } from '../files/write-atomic.ts';
import { createSigningKey, parseSigningKey, type SigningKey } from './keys.ts';

/**
 * The signing key of a repository from a file that its owner alone may read; made when it is not there, once, whoever comes first.
 * `name` is the file name of its public half, `bits` the size of a new one. Throws FND_PERMISSION for a file that others may read, FND_BAD_DATA for what is no key.
 */
export async function openSigningKeyFile(path: string, name: string, bits?: number): Promise<SigningKey> {
  const pem = (await readOwn(path)) ?? (await create(path, bits));
  return parseSigningKey(name, pem);
}

/** The public half of a signing key as PEM, the form apk-tools and apko read. */
export function publicKeyPem({ key }: SigningKey): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

async function readOwn(path: string): Promise<string | undefined> {
  const found = await ifThere(stat(path));
  if (found === undefined) return undefined;
  if ((found.mode & 0o077) !== 0) {
    throw new FoundryError('FND_PERMISSION', `${path} is a private key that others may read`, {
      hint: 'Take a new key if they may have: remove the file, and let readers know. Else `chmod 600` it.',
    });
  }
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw namedFileError(error, path);
  });
}

async function create(path: string, bits: number | undefined): Promise<string> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(path), 0o700);
    const { privateKey } = await createSigningKey(bits);
    await writeFile(aside, privateKey, { mode: 0o600 });
    await chmod(aside, 0o600);
    // A link takes no other's place: of two that make a key, both get the first.
    await link(aside, path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
    return await readFile(path, 'utf8');
  } catch (error) {
    throw namedFileError(error, path);
  } finally {
    await rm(aside, { force: true });
  }
}
