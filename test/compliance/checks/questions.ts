import type { CheckDefinition, Line, Requirement } from '../../../activities/selftest/check-definition.ts';

/** A question to the probe (`images/fips-probe.c` says what there is to ask), and the one answer that is right. */
export type Asked = readonly [ask: string, answer: Line];

/** A check that asks questions and nothing else; every answer must be right. */
export function answered(
  id: string,
  title: string,
  requirement: Requirement,
  ...[first, ...more]: readonly [Asked, ...(readonly Asked[])]
): CheckDefinition {
  return { id, title, requirement, probes: [probe(first), ...more.map(probe)] };
}

/** A check that shows where a boundary is: what the module does although it is not approved. `boundary` says who must see to it. */
export function boundary(check: CheckDefinition, why: string): CheckDefinition {
  return { ...check, boundary: why };
}

/** What the probe says of a refusal: OpenSSL's reason and the step at which it was refused. */
export function refusal(reason: string, step: string): string {
  return `refused ${reason} at=${step}`;
}

/** No active provider offers what was asked for. */
export const NOT_OFFERED = refusal('unsupported', 'fetch');

/** An algorithm that is not offered under a name that is right: the default provider of the same library offers it to a stranger. */
export function notOffered(op: string, alg: string): readonly [Asked, Asked] {
  return [
    [`fetch op=${op} alg=${alg} context=default`, 'ok provider=default'],
    [`fetch op=${op} alg=${alg}`, NOT_OFFERED],
  ];
}

/** Where OpenSSL raises no error; a check then shows beside it that the same is done as it should be. */
export const NO_REASON = 'no reason given';

/** Hex with the lowest bit of the last byte flipped. */
export function flipped(hex: string): string {
  const last = Number.parseInt(hex.slice(-2), 16) ^ 1;
  return hex.slice(0, -2) + last.toString(16).padStart(2, '0');
}

function probe([ask, answer]: Asked): { readonly ask: string; readonly answer: Line } {
  return { ask, answer };
}
