import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Advisory,
  LAB_OTHER_LINE_CVE,
  LAB_UNFIXED_CVE,
  otherLineLabAdvisory,
} from '../../../lab/advisories/advisory.ts';
import { cveRecords } from '../../../lab/advisories/cve-records.ts';
import { knownAdvisories } from '../../../lab/advisories/known-advisories.ts';
import { nvdEntry } from '../../../lab/advisories/nvd-entry.ts';
import { publishAdvisories } from '../../../lab/advisories/publish-advisories.ts';
import { securityFixes } from '../../../lab/advisories/security-database.ts';

function advisory(cve: string, fixedIn: string, severity: Advisory['severity'] = 'Low'): Advisory {
  return { cve, title: `Fixed ${cve}.`, severity, summary: 'Made up.', fixedIn, published: '2026-06-09' };
}

const ALL = [
  advisory('CVE-2026-45447', '3.5.7', 'High'),
  advisory('CVE-2026-7383', '3.5.7'),
  advisory('CVE-2026-31790', '3.5.6', 'Moderate'),
  advisory('CVE-2025-9230', '3.5.10'),
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-advisories-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('what is known on a day', () => {
  test('a CVE is told when its fix is out', () => {
    expect(knownAdvisories(ALL, { newestCore: '3.5.6' }).map(({ cve }) => cve)).toEqual(['CVE-2026-31790']);
    expect(knownAdvisories(ALL, { newestCore: '3.5.7' }).map(({ cve }) => cve)).toEqual([
      'CVE-2026-7383',
      'CVE-2026-31790',
      'CVE-2026-45447',
    ]);
  });

  test('the one without a fix comes on top and says that it is not real', () => {
    const known = knownAdvisories(ALL, { newestCore: '3.5.7', unfixed: true });
    expect(known).toHaveLength(4);
    expect(known.at(-1)).toMatchObject({ cve: LAB_UNFIXED_CVE, fixedIn: undefined });
    expect(known.at(-1)?.title).toMatch(/Lab only.*not real/);
  });
});

test('secdb: releases in the order of their numbers, CVEs sorted, nothing without a fix', () => {
  const known = knownAdvisories(ALL, { newestCore: '3.5.10', unfixed: true });
  expect(Object.entries(securityFixes(known))).toEqual([
    ['3.5.6-r0', ['CVE-2026-31790']],
    ['3.5.7-r0', ['CVE-2026-45447', 'CVE-2026-7383']],
    ['3.5.10-r0', ['CVE-2025-9230']],
  ]);
});

test('a CVE record has the range from the line to the fix, and no end without a fix', () => {
  const records = cveRecords(knownAdvisories(ALL, { newestCore: '3.5.6', unfixed: true }));
  const ranges = records.map(({ cveMetadata, containers }) => [
    cveMetadata.cveId,
    containers.cna.affected[0]?.versions[0]?.version,
    containers.cna.affected[0]?.versions[0]?.lessThan,
  ]);
  expect(ranges).toEqual([
    ['CVE-2026-31790', '3.5.0', '3.5.6'],
    [LAB_UNFIXED_CVE, '3.5.0', '*'],
  ]);
  expect(records.every(({ containers }) => containers.cna.x_note.startsWith('A lab'))).toBe(true);
});

test('what our line fixed and the feed knows of its own line has both fixes in its record, and the higher one in secdb', () => {
  const known = knownAdvisories([...ALL, otherLineLabAdvisory('3.5.6', '2026-04-07')], {
    newestCore: '3.5.6',
  });
  expect(securityFixes(known)).toEqual({
    '3.5.6-r0': ['CVE-2026-31790'],
    '3.6.2-r0': [LAB_OTHER_LINE_CVE],
  });
  expect(cveRecords(known).at(-1)?.containers.cna.affected[0]?.versions).toEqual([
    { version: '3.5.0', lessThan: '3.5.6', status: 'affected', versionType: 'semver' },
    { version: '3.6.0', lessThan: '3.6.2', status: 'affected', versionType: 'semver' },
  ]);
});

test.each([
  ['High', 'HIGH'],
  ['Moderate', 'MEDIUM'],
  ['Low', 'LOW'],
  ['Critical', 'CRITICAL'],
] as const)('severity %s is %s for the scanner, without an invented vector', (severity, expected) => {
  expect(nvdEntry(advisory('CVE-2026-1000', '3.5.7', severity))).toMatchObject({
    metrics: { cvssMetricV31: [{ cvssData: { baseSeverity: expected, vectorString: '' } }] },
  });
});

test('no severity is no metric', () => {
  expect(nvdEntry({ ...advisory('CVE-2026-1000', '3.5.7'), severity: undefined })).toMatchObject({
    metrics: {},
  });
});

test('both documents are published, the same bytes each time', async () => {
  const known = knownAdvisories(ALL, { newestCore: '3.5.7', unfixed: true });
  await publishAdvisories(known, folder);
  const first = await readBoth();
  await publishAdvisories(known, folder);
  expect(await readBoth()).toEqual(first);
  const secdb = z
    .object({ urlprefix: z.string(), packages: z.array(z.object({ pkg: z.object({ name: z.string() }) })) })
    .parse(JSON.parse(first[0] ?? ''));
  expect(secdb.urlprefix).toMatch(/lab\.invalid$/);
  expect(secdb.packages.map(({ pkg }) => pkg.name)).toEqual(['openssl']);
  expect(first[0]).not.toContain(LAB_UNFIXED_CVE);
  expect(first[1]).toContain(LAB_UNFIXED_CVE);
});

async function readBoth(): Promise<string[]> {
  return Promise.all(
    ['os/security.json', 'openssl/vulnerabilities.json'].map((path) => readFile(join(folder, path), 'utf8')),
  );
}
