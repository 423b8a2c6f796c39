import type { Statement } from '../../adapters/sigstore/statement.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { cveOfCheck } from '../../domain/evidence/gate-result.ts';
import { lastDayOf, OpenVex, type StatedVulnerability } from '../../domain/evidence/openvex.ts';
import { gateOfTest, gateTest, TestResult } from '../../domain/evidence/test-result.ts';
import { VulnerabilityResult } from '../../domain/evidence/vulnerability-result.ts';
import { isHarmless, isOver } from '../../domain/pins/policy.ts';
import type { Attestations } from './evidence.ts';
import { readPredicate, requireNone } from './predicate.ts';

const CODE = 'FND_RESULT_REFUSED';

/**
 * The CVEs that passed by what a person states, by the result of the scan and by that of the gates; sorted. A result of another form
 * names none: it is refused elsewhere.
 */
export function passedByStatement({ vulnerabilities, gates }: Attestations): string[] {
  const scan = VulnerabilityResult.safeParse(vulnerabilities?.statement.predicate);
  const stated = (scan.data?.scanner.result ?? []).filter(({ annotations = [] }) =>
    annotations.some(({ state }) => state === 'stated'),
  );
  const warned = TestResult.safeParse(gates?.statement.predicate).data?.warnedTests ?? [];
  const signedOff = warned.filter((test) => gateOfTest(test) === 'vulnerabilities');
  return [
    ...new Set([
      ...stated.map(({ id }) => id),
      ...signedOff.map((test) => cveOfCheck(test.slice(gateTest('vulnerabilities', '').length))),
    ]),
  ].toSorted();
}

/** What a VEX statement must say. */
export interface VexExpectation {
  /** The index and the manifest of the image. */
  readonly image: readonly Sha256[];
  /** The CVEs that passed by it. */
  readonly passed: readonly string[];
  /** When the last of the evidence was signed. */
  readonly at: Date;
}

/**
 * The VEX document about an image: about no other, and for each CVE that passed a statement that it does no harm, which held when the
 * evidence was signed. Throws FND_RESULT_REFUSED with every difference.
 */
export function requireVex(statement: Statement, expected: VexExpectation): OpenVex {
  const document = readPredicate(statement, OpenVex, 'VEX statement', CODE);
  const { image, passed, at } = expected;
  const byCve = Map.groupBy(document.statements, ({ vulnerability }) => vulnerability.name);
  requireNone(
    [
      ...document.statements.flatMap((one) => reasonsAgainstProducts(one, image)),
      ...[...byCve].flatMap(([cve, those]) => (those.length > 1 ? [`${cve} is stated twice`] : [])),
      ...passed.flatMap((cve) => reasonsAgainstPass(cve, byCve.get(cve)?.[0], at)),
    ],
    'the VEX statement does not hold',
    CODE,
  );
  return document;
}

function reasonsAgainstProducts(
  { vulnerability, products }: StatedVulnerability,
  image: readonly Sha256[],
): string[] {
  const named = products.map(({ hashes }) => hashes['sha-256']);
  const isOfImage = named.toSorted().join() === image.toSorted().join();
  const isByDigest = products.every(({ '@id': purl, hashes }) =>
    ['@sha256:', '@sha256%3A'].some((before) => purl.includes(`${before}${hashes['sha-256']}`)),
  );
  return isOfImage && isByDigest
    ? []
    : [`what it says of ${vulnerability.name} is about other products: ${named.join(', ')}`];
}

function reasonsAgainstPass(cve: string, stated: StatedVulnerability | undefined, at: Date): string[] {
  if (stated === undefined) return [`${cve} passed by a statement, and it says nothing of it`];
  if (!isHarmless(stated.status))
    return [`${cve} passed by a statement, and is stated ${stated.status}, which lets nothing pass`];
  const lastDay = lastDayOf(stated);
  return isOver(lastDay, at)
    ? [`what it says of ${cve} held until ${lastDay}, and the evidence is of ${at.toISOString()}`]
    : [];
}
