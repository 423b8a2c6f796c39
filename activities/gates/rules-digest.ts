import { fileURLToPath } from 'node:url';
import { hashFolder } from '../../adapters/toolchain/hash-files.ts';
import { sha256, type Sha256 } from '../../domain/digest.ts';

const SOURCES = ['.', '../../adapters/trivy', '../../adapters/openssl-advisories'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The digest of our own part of the gates, its sources: a verdict stands only as long as those who gave it are the same. */
export async function gateRulesDigest(): Promise<Sha256> {
  return sha256((await Promise.all(SOURCES.map((folder) => hashFolder(folder)))).join('\n'));
}
