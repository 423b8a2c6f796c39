import { PREDICATE_TYPES, type PredicateType } from '../../domain/evidence/predicate-types.ts';
import type { Statement } from '../../adapters/sigstore/statement.ts';
import { TestResult, type TestSuite } from '../../domain/evidence/test-result.ts';

/** The attestations that every released image has, in the order in which they are made. */
export const REQUIREMENTS = [
  'sbom',
  'provenance',
  'self-tests',
  'vulnerabilities',
  'gates',
  'summary',
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** All attestations that count: a VEX statement is there only where a person states something about a vulnerability. */
const KINDS = [...REQUIREMENTS, 'vex'] as const;
export type EvidenceKind = (typeof KINDS)[number];

interface Described {
  readonly title: string;
  readonly predicateType: PredicateType;
  /** Which of two test results it is. */
  readonly suite?: TestSuite;
}

/** What each of them is. */
export const DESCRIBED = {
  sbom: { title: 'SBOM', predicateType: PREDICATE_TYPES.sbom },
  provenance: { title: 'provenance', predicateType: PREDICATE_TYPES.provenance },
  'self-tests': {
    title: 'result of the self-tests',
    predicateType: PREDICATE_TYPES.testResult,
    suite: 'self-tests',
  },
  vulnerabilities: { title: 'vulnerability result', predicateType: PREDICATE_TYPES.vulnerabilities },
  gates: { title: 'result of the gates', predicateType: PREDICATE_TYPES.testResult, suite: 'gates' },
  summary: { title: 'verification summary', predicateType: PREDICATE_TYPES.verificationSummary },
  vex: { title: 'VEX statement', predicateType: PREDICATE_TYPES.vex },
} as const satisfies Record<EvidenceKind, Described>;

/** Which attestation a statement is; undefined for any other. */
export function requirementOf({ predicateType, predicate }: Statement): EvidenceKind | undefined {
  return KINDS.find((one) => {
    const described: Described = DESCRIBED[one];
    if (described.predicateType !== predicateType) return false;
    return described.suite === undefined || described.suite === suiteOf(predicate);
  });
}

function suiteOf(predicate: unknown): string | undefined {
  const parsed = TestResult.safeParse(predicate);
  return parsed.success ? parsed.data.configuration[0]?.name : undefined;
}
