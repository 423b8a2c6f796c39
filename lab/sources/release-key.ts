import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { makeSigningKey, readSigningKey, type SigningKey } from '../../adapters/pgp/signing-key.ts';

/** The user id of the key that signs what the lab repacked. */
export const LAB_RELEASE_KEY_NAME = 'wolfi-openssl-fips lab release key, not OpenSSL';

/** The lab's release key of this state; made on first use. Throws FND_BAD_DATA when the file is not a key. */
export async function ensureReleaseKey(keysDir: string): Promise<SigningKey> {
  const path = join(keysDir, 'openssl-lab-release.key');
  const kept = await ifThere(readFile(path, 'utf8'));
  if (kept !== undefined) return await readSigningKey(kept);
  const key = await makeSigningKey(LAB_RELEASE_KEY_NAME, new Date());
  await writeFileAtomic(path, key.privateKey, 0o600);
  return key;
}
