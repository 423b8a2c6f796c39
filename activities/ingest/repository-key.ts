import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type KeyRing, parsePublicKey } from '../../adapters/apk/keys.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { fetcher, type IngestRun } from './ingest-context.ts';

const LARGEST = 64 * 1024;

/** The repository's key. */
export interface RepositoryKey {
  readonly ring: KeyRing;
  readonly sha256: Sha256;
}

/**
 * Contract 2, second step: the key that signs index and packages, by its pin. A key that was never pinned is taken when the
 * base image, whose signature is verified by now, holds the same key. Throws FND_DIGEST_MISMATCH for another key than the
 * pinned one, FND_SIGNATURE_REFUSED for a first key that the base image does not vouch for, FND_BAD_DATA.
 */
export async function bringRepositoryKey(
  run: IngestRun,
  { key: { url, sha256 } }: Versions['repository'],
  trustedByBase: ReadonlyMap<string, readonly string[]>,
): Promise<RepositoryKey> {
  const { path, entry } = await run.supply.bring({
    entry: {
      kind: 'package-key',
      name: 'repository',
      platform: null,
      url,
      mediaType: 'application/x-pem-file',
    },
    ...(sha256 === undefined ? {} : { sha256 }),
    fetch: fetcher(run, url, LARGEST),
  });
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  const key = parsePublicKey(name, await readFile(path, 'utf8'));
  if (sha256 === undefined) requireInBase(name, key, trustedByBase.get(name) ?? [], url);
  const how = sha256 === undefined ? 'as the base image holds it' : 'as pinned';
  run.passed('repository-key', `${name} ${entry.sha256}, ${how}`);
  return { ring: new Map([[name, key]]), sha256: entry.sha256 };
}

function requireInBase(name: string, key: KeyObject, texts: readonly string[], url: string): void {
  if (texts.some((text) => parsePublicKey(name, text).equals(key))) return;
  const found = texts.length === 0 ? 'holds no key of that name' : 'holds another key of that name';
  throw new FoundryError('FND_SIGNATURE_REFUSED', `${url}: no key is pinned, and the base image ${found}`, {
    hint: 'Compare the key with what its owner publishes elsewhere, then write its SHA-256 into repository.key.sha256.',
  });
}
