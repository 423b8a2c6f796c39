import { join } from 'node:path';
import { writeJsonFile } from '../../adapters/files/json-file.ts';
import type { Advisory } from './advisory.ts';
import { cveRecords } from './cve-records.ts';
import { securityDatabase } from './security-database.ts';

/** Writes `os/security.json` (fixed CVEs, for scanners) and `openssl/vulnerabilities.json` (all known CVEs) into a served tree. */
export async function publishAdvisories(advisories: readonly Advisory[], publicDir: string): Promise<void> {
  await writeJsonFile(join(publicDir, 'os', 'security.json'), securityDatabase(advisories));
  await writeJsonFile(join(publicDir, 'openssl', 'vulnerabilities.json'), cveRecords(advisories));
}
