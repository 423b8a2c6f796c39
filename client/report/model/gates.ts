import { type Gate, GATES } from '../../../domain/evidence/gate.ts';
import { lastDayOf } from '../../../domain/evidence/openvex.ts';
import { gateOfTest, type TestResult } from '../../../domain/evidence/test-result.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import type { Part } from '../../../domain/release/status.ts';
import type { ReleaseEntry } from '../../release/release-entry.ts';
import type { ImageFacts } from './facts.ts';
import { imageTitle } from './images.ts';
import type { GateCell, ReleaseReport } from './report.ts';

/** How a check is called that asks whether a vulnerability database is young enough. */
const AGE_CHECK = /-DATABASE-AGE$/;

/**
 * Every image with every gate. Where the release has completed, `pass` needs both: that the release says so, and that a signed result
 * that holds says so. Where it has not, nothing is signed, and what the release says is all there is.
 */
export function gateRows(
  { state, status }: ReleaseEntry,
  images: readonly ImageFacts[],
): ReleaseReport['gates'] {
  const parts = status?.stages.find(({ stage }) => stage === 'gates')?.parts ?? [];
  return titlesOf(parts, images).map((title) => ({
    image: title,
    cells: GATES.map((gate) => {
      const part = parts.find(({ name }) => name === `${gate}: ${title}`);
      const signed = images.find((one) => imageTitle(one) === title)?.documents.gates;
      return state === 'completed' ? signedCell(gate, part, signed) : cellOf(gate, part);
    }),
  }));
}

/** Images that are published, and those that gates looked at; of a release that has not come so far, the variants. */
function titlesOf(parts: readonly Part[], images: readonly ImageFacts[]): string[] {
  const judged = parts.flatMap(({ name }) => {
    const gate = GATES.find((one) => name.startsWith(`${one}: `));
    return gate === undefined ? [] : [name.slice(gate.length + 2)];
  });
  const titles = new Set([...images.map(imageTitle), ...judged]);
  return titles.size > 0 ? [...titles].toSorted(byVariant) : [...VARIANTS];
}

function byVariant(a: string, b: string): number {
  const order = (title: string): number => VARIANTS.findIndex((variant) => title.startsWith(variant));
  return order(a) - order(b) || (a < b ? -1 : 1);
}

/** What a release says of one gate. */
function cellOf(gate: Gate, part: Part | undefined): GateCell {
  const outcome = part?.outcome ?? null;
  const none = { gate, counts: null, scanner: '', databases: [], evidence: null };
  if (outcome === null)
    return { ...none, state: 'not-run', note: part?.detail ?? 'the release did not come so far' };
  const { verdict, counts, failed, evidence } = outcome;
  const isStale = verdict === 'not-run' && failed.some(({ id }) => AGE_CHECK.test(id));
  const reasons = failed.map(({ id, detail }) => `${id}: ${detail}`);
  return {
    ...none,
    state: isStale ? 'stale' : verdict,
    counts,
    note: reasons.join('\n'),
    evidence: evidence.digest,
  };
}

function signedCell(gate: Gate, part: Part | undefined, signed: TestResult | undefined): GateCell {
  const said = cellOf(gate, part);
  if (signed === undefined)
    return {
      ...said,
      state: said.state === 'pass' ? 'not-run' : said.state,
      note: 'no signed result that holds',
    };
  const ofGate = (tests: readonly string[]): string[] => tests.filter((test) => gateOfTest(test) === gate);
  const [passed, warned, failed] = [signed.passedTests, signed.warnedTests, signed.failedTests].map(ofGate);
  const allows = warned ?? [];
  const ranWith = signed.configuration.filter(({ name = '' }) => name.startsWith(`${gate}: `));
  const isPass = said.state === 'pass' && (passed ?? []).length > 0 && (failed ?? []).length === 0;
  return {
    ...said,
    state: isPass || said.state !== 'pass' ? said.state : 'fail',
    note: [said.note, ...allows.map((test) => `passed by a waiver or a statement: ${test}`)]
      .filter(Boolean)
      .join('\n'),
    scanner: ranWith
      .filter(({ annotations }) => typeof annotations?.['version'] === 'string')
      .map(
        ({ name = '', annotations }) => `${name.slice(gate.length + 2)} ${String(annotations?.['version'])}`,
      )
      .join(', '),
    databases: ranWith.flatMap(({ uri, annotations }) =>
      typeof annotations?.['updatedAt'] === 'string'
        ? [`${uri ?? 'database'}, of ${annotations['updatedAt']}`]
        : [],
    ),
  };
}

/** What persons state about vulnerabilities of the images, each once. */
export function statementsOf(images: readonly ImageFacts[]): ReleaseReport['statements'] {
  const all = images.flatMap(({ documents }) => documents.vex?.statements ?? []);
  const byCve = new Map(
    all.map((one) => [
      one.vulnerability.name,
      {
        id: one.vulnerability.name,
        status: one.status,
        says: `${one.impact_statement ?? one.action_statement ?? ''} (${one.status_notes}; last day ${lastDayOf(one)})`,
      },
    ]),
  );
  return [...byCve.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
