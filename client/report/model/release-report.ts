import { VARIANTS } from '../../../domain/pins/variant.ts';
import type { Problem } from '../../../domain/release/status.ts';
import { BY } from '../../release/ending.ts';
import { waitedFor } from '../../release/decisions.ts';
import { isOpen, type ReleaseEntry } from '../../release/release-entry.ts';
import { nextCommands } from '../../release/render-release.ts';
import { changesOf } from './changes.ts';
import { evidenceOf } from './evidence.ts';
import type { ImageFacts, ReleaseFacts } from './facts.ts';
import { gateRows, statementsOf } from './gates.ts';
import { imageReport, imageTitle } from './images.ts';
import { provenanceOf, rebuiltOf } from './provenance.ts';
import { ReleaseReport } from './report.ts';
import { componentsOf } from './sbom.ts';
import { selfTestsOf } from './self-tests.ts';
import { failedChecks, stageReports } from './stages.ts';

/** What the page of a release says. Pure: the same facts give the same report, whenever and wherever it is made. */
export function reportOf(facts: ReleaseFacts): ReleaseReport {
  const { entry, signer, record } = facts;
  const { id, version, commit, startedAt, endedAt, status } = entry;
  const images = [...facts.images].toSorted((a, b) => orderOf(a) - orderOf(b));
  const { stages = [] } = status ?? {};
  const provenance = images.find(({ documents }) => documents.provenance)?.documents.provenance;
  return ReleaseReport.parse({
    schemaVersion: 1,
    id,
    version,
    commit,
    ...verdictOf(facts),
    startedAt,
    endedAt,
    seconds: endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    source: provenance?.buildDefinition.externalParameters.source.uri ?? null,
    signer,
    provider: packageVersion(images, 'openssl-fips-provider'),
    approval: status?.approval ?? null,
    waiting: waitingOf(entry),
    aborted: abortedOf(entry),
    next: nextCommands(entry).map(([what = '', command = '']) => ({ what, command })),
    record: [...record],
    stages: stageReports(stages, startedAt),
    failed: failedChecks(stages),
    images: images.map((one) => imageReport(one, signer)),
    ...selfTestsOf(images, facts.catalogue),
    gates: gateRows(entry, images),
    statements: statementsOf(images),
    components: componentsOf(images),
    withoutSbom: images.filter(({ documents }) => documents.packages === undefined).map(imageTitle),
    provenance: provenanceOf(images),
    rebuilt: rebuiltOf(images),
    changes: changesOf(facts, images),
    evidence: evidenceOf(stages, images),
  } satisfies ReleaseReport);
}

type Verdict = Pick<ReleaseReport, 'verdict' | 'because'>;

/** Released is only what completed, and what everything that was published of still verifies. */
function verdictOf({ entry, images, record }: ReleaseFacts): Verdict {
  if (entry.state === 'completed') return completedVerdict(entry, images, record);
  const aborted = entry.status?.aborted ?? null;
  if (entry.state === 'aborted' && aborted !== null)
    return {
      verdict: 'aborted',
      because: `Aborted in ${aborted.stage} by ${BY[aborted.by]}; nothing of it is published.`,
    };
  const waiting = entry.status?.waiting ?? null;
  if (entry.state === 'waiting' && waiting !== null)
    return {
      verdict: 'waiting',
      because: `${waiting.stage} waits for ${waitedFor(waiting.problem)} until ${waiting.until}; then the release aborts.`,
    };
  if (isOpen(entry))
    return {
      verdict: 'under way',
      because: `The release is ${entry.state}; nothing of it is published yet.`,
    };
  return { verdict: 'unknown', because: `The release is ${entry.state}: no record says how it ended.` };
}

function completedVerdict(
  entry: ReleaseEntry,
  images: readonly ImageFacts[],
  record: ReleaseFacts['record'],
): Verdict {
  const refused = images.find(({ refusal }) => refusal !== null);
  if (refused !== undefined)
    return {
      verdict: 'refused',
      because: `It was published, and does not verify: ${imageTitle(refused)}: ${refused.refusal ?? ''}`,
    };
  const [unsure] = record.filter(({ verdict }) => verdict !== 'pass');
  if (unsure !== undefined || record.length === 0)
    return {
      verdict: 'refused',
      because: `It was published, and its signed record does not hold: ${unsure?.detail ?? 'there is none'}`,
    };
  if (images.length === 0 || images.length !== entry.status?.images.length)
    return { verdict: 'unknown', because: 'The images of the release could not be looked at.' };
  const checks = [...record, ...images.flatMap((one) => one.checks)];
  return {
    verdict: 'released',
    because: `${images.length} images are published; when this page was written, all ${checks.length} checks of a consumer passed.`,
  };
}

function waitingOf({ status }: ReleaseEntry): ReleaseReport['waiting'] {
  const waiting = status?.waiting ?? null;
  if (waiting === null) return null;
  const { stage, problem, until } = waiting;
  return { stage, ...problemOf(problem), until, for: waitedFor(problem) };
}

function abortedOf({ status }: ReleaseEntry): ReleaseReport['aborted'] {
  const aborted = status?.aborted ?? null;
  if (aborted === null) return null;
  const { stage, by, problem, compensations } = aborted;
  return { stage, by: BY[by], ...problemOf(problem), compensations };
}

function problemOf({ code, message, hint, check }: Problem): Problem {
  return { code, message, hint, check };
}

function packageVersion(images: readonly ImageFacts[], name: string): string | null {
  const packages = images.flatMap(({ documents }) => documents.packages ?? []);
  return packages.find((one) => one.name === name)?.version ?? null;
}

function orderOf({ image }: ImageFacts): number {
  return VARIANTS.indexOf(image.variant);
}
