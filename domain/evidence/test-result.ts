import { z } from 'zod';
import { type Gate, GATES } from './gate.ts';
import { ResourceDescriptor } from './resource-descriptor.ts';

/** What a test-result attestation is the result of; the name of its first configuration. */
export const TEST_SUITES = ['self-tests', 'gates'] as const;
export type TestSuite = (typeof TEST_SUITES)[number];

/** The predicate of `https://in-toto.io/attestation/test-result/v0.1`: one entry a check, by its id. */
export const TestResult = z.strictObject({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  /** The first names the suite (see {@link TEST_SUITES}) and the digest of its definition; others name what it was run with. */
  configuration: z.array(ResourceDescriptor).min(1),
  passedTests: z.array(z.string()),
  /** Findings that a waiver, or for vulnerabilities a statement, lets pass. */
  warnedTests: z.array(z.string()),
  failedTests: z.array(z.string()),
});
export type TestResult = z.infer<typeof TestResult>;

/** A check of a gate as an entry of the suite `gates`: the gate stands before it, because its ids are its own. */
export function gateTest(gate: Gate, check: string): string {
  return `${gate}.${check}`;
}

/** The gate that an entry of the suite `gates` belongs to; undefined for none. */
export function gateOfTest(test: string): Gate | undefined {
  return GATES.find((gate) => test.startsWith(`${gate}.`));
}
