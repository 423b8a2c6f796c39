import { join } from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { Advisory } from './advisory.ts';
import { cveRecords } from './cve-records.ts';
import { securityDatabase } from './security-database.ts';

/** Writes `os/security.json` (fixed CVEs, for scanners) and `openssl/vulnerabilities.json` (all known CVEs) into a served tree. */
export async function publishAdvisories(advisories: readonly Advisory[], publicDir: string): Promise<void> {
  await writeJson(join(publicDir, 'os', 'security.json'), securityDatabase(advisories));
  await writeJson(join(publicDir, 'openssl', 'vulnerabilities.json'), cveRecords(advisories));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
