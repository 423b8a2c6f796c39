import type { Sha256 } from '../../../domain/digest.ts';
import type { GateResult } from '../../../domain/evidence/gate-result.ts';
import type { ResourceDescriptor } from '../../../domain/evidence/resource-descriptor.ts';
import { gateTest, type TestResult } from '../../../domain/evidence/test-result.ts';
import type { VulnerabilityResult } from '../../../domain/evidence/vulnerability-result.ts';

/** A result of a gate, and the digest that it is stored under. */
export interface StoredResult {
  readonly digest: Sha256;
  readonly result: GateResult;
}

/** What the gates found for an image, one entry a check, after its gate. `policy` is the digest of what decides: `versions.hcl`. */
export function gatesResult(results: readonly StoredResult[], policy: Sha256): TestResult {
  const named = results.flatMap(({ result: { gate, checks, waived } }) =>
    checks.map(({ id }) => ({ name: gateTest(gate, id), isWaived: waived.includes(id) })),
  );
  const warnedTests = named.filter(({ isWaived }) => isWaived).map(({ name }) => name);
  return {
    result: warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration: [
      { name: 'gates', digest: { sha256: policy } },
      ...results.flatMap((stored) => ranWith(stored)),
    ],
    passedTests: named.filter(({ isWaived }) => !isWaived).map(({ name }) => name),
    warnedTests,
    failedTests: [],
  };
}

function ranWith({ digest, result: { gate, scanner, databases } }: StoredResult): ResourceDescriptor[] {
  return [
    { name: `${gate}: result`, digest: { sha256: digest }, mediaType: 'application/json' },
    {
      name: `${gate}: ${scanner.name}`,
      digest: { sha256: scanner.sha256 },
      annotations: { version: scanner.version },
    },
    ...databases.map(({ uri, sha256, updatedAt }) => ({
      name: `${gate}: database`,
      uri,
      digest: { sha256 },
      annotations: { updatedAt },
    })),
  ];
}

/** The vulnerabilities of an image as the gate for them found them. The first database is the scanner's own. */
export function vulnerabilitiesOf({
  scanner,
  databases,
  findings,
  startedAt,
  finishedAt,
}: GateResult): VulnerabilityResult {
  const [database] = databases;
  if (database === undefined) throw new Error('a scan for vulnerabilities has a database');
  return {
    scanner: {
      uri: `pkg:generic/${scanner.name}@${scanner.version}?checksum=sha256:${scanner.sha256}`,
      version: scanner.version,
      db: { uri: database.uri, version: `sha256:${database.sha256}`, lastUpdate: database.updatedAt },
      result: findings.map(({ id, package: name, version, fixedVersion, severity, state, reason }) => ({
        id,
        severity: [{ method: scanner.name, score: severity }],
        annotations: [
          { package: name, version, ...(fixedVersion === null ? {} : { fixedVersion }), state, reason },
        ],
      })),
    },
    metadata: { scanStartedOn: startedAt, scanFinishedOn: finishedAt },
  };
}
