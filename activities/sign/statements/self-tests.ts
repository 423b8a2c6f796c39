import type { TestResult } from '../../../domain/evidence/test-result.ts';
import { sha256 } from '../../../domain/digest.ts';
import { canonicalJson } from '../../../domain/pins/canonical-json.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import type { Check } from '../../../domain/release/check.ts';

/** The self-tests of an image, one entry a check, in the order of the checks. */
export function selfTestResult(checks: readonly Check[], evidence: Artifact): TestResult {
  const definition = sha256(canonicalJson(checks.map(({ id, title }) => ({ id, title }))));
  return {
    result: 'PASSED',
    configuration: [
      { name: 'self-tests', digest: { sha256: definition } },
      { name: 'checks', digest: { sha256: evidence.digest }, mediaType: evidence.mediaType },
    ],
    passedTests: checks.map(({ id }) => id),
    warnedTests: [],
    failedTests: [],
  };
}
