import type { Statement } from '../../adapters/sigstore/statement.ts';
import { FoundryError } from '../../domain/errors.ts';
import { GATES } from '../../domain/evidence/gate.ts';
import { gateOfTest, TestResult } from '../../domain/evidence/test-result.ts';
import { VulnerabilityResult } from '../../domain/evidence/vulnerability-result.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { checksFor } from '../../test/compliance/checks/all-checks.ts';
import { readPredicate, requireNone } from './predicate.ts';

const CODE = 'FND_RESULT_REFUSED';
const MOST_NAMED = 5;

/** Which image was tested. */
interface Tested {
  readonly variant: Variant;
  readonly platform: Platform;
}

/**
 * How many self-tests an image passed: every check that this foundry has for its variant and platform must be among them. Ids never
 * change their meaning, so an older result that lacks a newer check is incomplete, and one of a newer suite is not.
 * Throws FND_RESULT_REFUSED when one did not pass, FND_EVIDENCE_MISSING when one is not there.
 */
export function requireSelfTests(statement: Statement, { variant, platform }: Tested): number {
  const result = readPredicate(statement, TestResult, 'result of the self-tests', CODE);
  requireNone(
    [...reasonsAgainst(result), ...result.warnedTests.map((id) => `${id} passed with a warning`)],
    'the self-tests did not pass',
    CODE,
  );
  const passed = new Set(result.passedTests);
  const lacking = checksFor(variant, platform).filter(({ id }) => !passed.has(id));
  if (lacking.length === 0) return passed.size;
  throw new FoundryError(
    'FND_EVIDENCE_MISSING',
    `the result of the self-tests lacks ${lacking.length} checks: ${named(lacking.map(({ id }) => id))}`,
    { hint: `An image that was tested by another suite is verified by the foundry of its own commit.` },
  );
}

/** What the gates said of an image. */
export interface GatesPassed {
  readonly checks: number;
  /** Findings that a waiver lets pass. */
  readonly waived: readonly string[];
  /** Vulnerabilities that a person's statement (VEX) lets pass. */
  readonly stated: readonly string[];
}

/** Throws FND_RESULT_REFUSED when a gate did not pass, FND_EVIDENCE_MISSING when one of the four has no check. */
export function requireGates(statement: Statement): GatesPassed {
  const result = readPredicate(statement, TestResult, 'result of the gates', CODE);
  requireNone(reasonsAgainst(result), 'the gates did not pass', CODE);
  const passed = new Set([...result.passedTests, ...result.warnedTests].map(gateOfTest));
  const lacking = GATES.filter((gate) => !passed.has(gate));
  if (lacking.length === 0) {
    const isStated = (test: string): boolean => gateOfTest(test) === 'vulnerabilities';
    return {
      checks: result.passedTests.length,
      waived: result.warnedTests.filter((test) => !isStated(test)),
      stated: result.warnedTests.filter(isStated),
    };
  }
  throw new FoundryError('FND_EVIDENCE_MISSING', `the result of the gates lacks ${lacking.join(', ')}`);
}

/** What scanners know of an image, which the gates have judged. Throws FND_RESULT_REFUSED for a scan with a database from after it. */
export function requireVulnerabilityResult(statement: Statement): VulnerabilityResult {
  const result = readPredicate(statement, VulnerabilityResult, 'vulnerability result', CODE);
  const { scanStartedOn, scanFinishedOn } = result.metadata;
  const { lastUpdate } = result.scanner.db;
  requireNone(
    Date.parse(lastUpdate) > Date.parse(scanFinishedOn) ||
      Date.parse(scanStartedOn) > Date.parse(scanFinishedOn)
      ? [`a database of ${lastUpdate}, a scan from ${scanStartedOn} to ${scanFinishedOn}`]
      : [],
    'the times of the scan contradict each other',
    CODE,
  );
  return result;
}

function reasonsAgainst({ result, failedTests, passedTests }: TestResult): string[] {
  return [
    ...(failedTests.length === 0 ? [] : [`${failedTests.length} failed: ${named(failedTests)}`]),
    ...(result === 'FAILED' ? ['the result is FAILED'] : []),
    ...(passedTests.length === 0 ? ['nothing passed'] : []),
  ];
}

function named(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return `${ids.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
