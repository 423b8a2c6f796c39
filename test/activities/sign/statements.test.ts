import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateFacts, imageFacts, type ImageFacts } from '../../../activities/sign/image-facts.ts';
import { gatesResult, vulnerabilitiesOf } from '../../../activities/sign/statements/gates.ts';
import { provenanceOf } from '../../../activities/sign/statements/provenance.ts';
import { resolvedDependencies } from '../../../activities/sign/statements/dependencies.ts';
import { selfTestResult } from '../../../activities/sign/statements/self-tests.ts';
import { subjectsOf } from '../../../activities/sign/statements/statement.ts';
import { pinsDigest, summaryOf } from '../../../activities/sign/statements/verification-summary.ts';
import { selfTestChecks, storedGate } from '../../../activities/sign/stored-evidence.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { parseSha256, sha256 } from '../../../domain/digest.ts';
import type { GateResult } from '../../../domain/evidence/gate-result.ts';
import { Provenance } from '../../../domain/evidence/provenance.ts';
import { TestResult } from '../../../domain/evidence/test-result.ts';
import { VerificationSummary } from '../../../domain/evidence/verification-summary.ts';
import { VulnerabilityResult } from '../../../domain/evidence/vulnerability-result.ts';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import { check } from './sample-gates.ts';
import { makeSampleRelease, type SampleRelease } from './sample-release.ts';

let folder: string;
let store: ArtifactStore;
let sample: SampleRelease;
let facts: ImageFacts;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-statements-'));
  store = openDirectoryStore(folder);
  sample = await makeSampleRelease(store);
  facts = imageFacts(sample.release, sample.image);
});
afterAll(async () => await rm(folder, { recursive: true }));

function golden(value: unknown, name: string): Promise<void> {
  return expect(`${JSON.stringify(value, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, '../../golden/statements', `${name}.json`),
  );
}

function provenance(): Provenance {
  return provenanceOf({
    facts,
    read: sample.read,
    variant: 'standard',
    platform: 'linux/amd64',
    tools: [{ name: 'melange', version: 'v0.1.0', sha256: parseSha256('d'.repeat(64), 'tool') }],
    builder: 'separate',
  });
}

describe('provenance', () => {
  test('is the same for the same history, in the form of its schema', async () => {
    expect(Provenance.parse(provenance())).toEqual(provenance());
    await golden(provenance(), 'provenance');
  });

  test('names every entry of the lock that the image can have used, and no other', () => {
    const { lock } = sample.read;
    const named = (variant: 'standard' | 'distroless'): Set<string | undefined> =>
      new Set(
        resolvedDependencies(sample.read, variant, 'linux/amd64').map(
          ({ uri, downloadLocation }) => downloadLocation ?? uri,
        ),
      );
    for (const entry of lock.files) {
      const isOfPlatform = entry.platform !== 'linux/arm64';
      const isUsed =
        entry.kind !== 'package' || entry.purposes.some((one) => one === 'standard' || one === 'build');
      expect(named('standard').has(entry.url)).toBe(isOfPlatform && isUsed);
    }
    expect(named('distroless')).not.toEqual(named('standard'));
  });

  test('has what both builders made, and the evidence that neither had a network', () => {
    const { byproducts } = provenance().runDetails;
    for (const builder of ['a', 'b']) {
      const of = byproducts.filter(({ name }) => name?.startsWith(`builder ${builder}: `));
      expect(of.map(({ name }) => name?.replace(/^builder .: /, ''))).toEqual(
        expect.arrayContaining([
          'core: no network',
          'core: log',
          'libcrypto3-3.5.7-r0.x86_64.apk',
          'standard as composed',
        ]),
      );
    }
  });
});

describe('the other statements', () => {
  test('have a self-test an entry, and the digest of the stored checks', async () => {
    const checks = await selfTestChecks(store, sample.image, facts.selfTests);
    const result = selfTestResult(checks, facts.selfTests.evidence);
    expect(TestResult.parse(result)).toEqual(result);
    expect(result.passedTests).toEqual(checksFor('standard', 'linux/amd64').map(({ id }) => id));
    expect(result.configuration[1]?.digest).toEqual({ sha256: facts.selfTests.evidence.digest });
  });

  test('have a check of a gate an entry; one that passed by a waiver is a warning', async () => {
    const stored = await Promise.all(
      gateFacts(sample.release, sample.image).map((fact) =>
        storedGate(store, sample.image, fact, sample.read.versions, new Date()),
      ),
    );
    const waived = stored.map(({ digest, result }) => ({
      digest,
      result:
        result.gate === 'cis-docker'
          ? { ...result, checks: [...result.checks, check('CIS-4.1')], waived: ['CIS-4.1'] }
          : result,
    }));
    const result = gatesResult(waived, pinsDigest(sample.read));
    expect(TestResult.parse(result)).toEqual(result);
    expect(gatesResult(stored, pinsDigest(sample.read)).result).toBe('PASSED');
    expect(result.warnedTests).toEqual(['cis-docker.CIS-4.1']);
    await golden(result, 'gates');
  });

  test('have every known vulnerability with what became of it', async () => {
    const [scan] = gateFacts(sample.release, sample.image);
    if (scan === undefined) throw new Error('there are gates');
    const { result } = await storedGate(store, sample.image, scan, sample.read.versions, new Date());
    const findings: GateResult['findings'] = [
      {
        id: 'CVE-2026-1',
        package: 'bash',
        version: '5.3-r2',
        fixedVersion: '5.3-r3',
        severity: 'low',
        state: 'below',
        reason: 'It is below high.',
      },
      {
        id: 'CVE-2026-2',
        package: 'libcrypto3',
        version: '3.5.7-r0',
        fixedVersion: null,
        severity: 'high',
        state: 'not-affected',
        reason: 'Fixed in 3.5.7.',
      },
    ];
    const statement = vulnerabilitiesOf({ ...result, findings });
    expect(VulnerabilityResult.parse(statement)).toEqual(statement);
    await golden(statement, 'vulnerabilities');
  });

  test('sum up what was verified', async () => {
    const summary = summaryOf({
      read: sample.read,
      published: 'registry.example/openssl-fips',
      attestations: [
        { predicateType: 'https://slsa.dev/provenance/v1', suite: null, bundle: sha256('1') },
        {
          predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
          suite: 'gates',
          bundle: sha256('2'),
        },
      ],
      builds: facts.builds,
      at: '2026-11-22T12:30:00.000Z',
    });
    expect(VerificationSummary.parse(summary)).toEqual(summary);
    await golden(summary, 'verification-summary');
  });

  test('are about the index and the manifest, by the name that readers will know', () => {
    const { image } = sample.image;
    expect(subjectsOf('registry.example/openssl-fips', image)).toEqual([
      { name: 'registry.example/openssl-fips', digest: { sha256: image.index.digest } },
      { name: 'registry.example/openssl-fips', digest: { sha256: image.manifest.digest } },
    ]);
  });
});
