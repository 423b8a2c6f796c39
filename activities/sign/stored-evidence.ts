import { z } from 'zod';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Gate } from '../../domain/evidence/gate.ts';
import { cveOfCheck, GateResult } from '../../domain/evidence/gate-result.ts';
import { isHarmless, statementsFor, waiversFor } from '../../domain/pins/policy.ts';
import type { Variant } from '../../domain/pins/variant.ts';
import type { PinnedVersions } from '../../domain/pins/open-pins.ts';
import { Check, type StageOutcome, summarise } from '../../domain/release/check.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { checksFor } from '../../test/compliance/checks/all-checks.ts';
import type { GateFact } from './image-facts.ts';
import type { StoredResult } from './statements/gates.ts';

const Evidence = z.strictObject({ schemaVersion: z.literal(1), checks: z.array(Check) });

/**
 * The checks behind an outcome of self-tests, from the store by the digest in history. They are all that there are for this image, and
 * passed. Throws FND_NOT_RECORDED for less, and for sums in history that are not theirs; FND_BAD_DATA, and what the store throws.
 */
export async function selfTestChecks(
  store: ArtifactStore,
  { variant, platform, place }: ImageInQuarantine,
  outcome: StageOutcome,
): Promise<Check[]> {
  const what = `the self-tests of ${place.digest}`;
  const { checks } = await readJson(store, outcome.evidence, Evidence, what);
  requireOutcome(what, checks, outcome);
  const there = new Set(checks.map(({ id }) => id));
  const missing = checksFor(variant, platform).filter(({ id }) => !there.has(id));
  if (missing.length > 0) throw notBorneOut(`${what} lack ${missing.map(({ id }) => id).join(', ')}`);
  return checks;
}

/**
 * The result behind the outcome of a gate, from the store by the digest in history. Throws FND_NOT_RECORDED for a result of another image,
 * gate or outcome, and for a waiver or a statement that the pins do not have or that is over; FND_BAD_DATA, and what the store throws.
 */
export async function storedGate(
  store: ArtifactStore,
  { variant, platform, place }: ImageInQuarantine,
  { gate, outcome, result: artifact }: GateFact,
  versions: PinnedVersions,
  now: Date,
): Promise<StoredResult> {
  const what = `gate ${gate} of ${place.digest}`;
  const result = await readJson(store, artifact, GateResult, what);
  const isOfIt =
    result.gate === gate &&
    result.variant === variant &&
    result.platform === platform &&
    result.image === place.digest;
  if (!isOfIt) throw notBorneOut(`${what}: its result is of ${result.gate} and ${result.image}`);
  requireOutcome(what, result.checks, outcome);
  if (result.findings.some(({ state }) => state === 'counts'))
    throw notBorneOut(`${what} passed with a finding that counts`);
  const isSignedOff = signedOffIn(versions, gate, variant, now);
  const unfounded = [
    ...result.waived.filter((id) => !isSignedOff(id) || !result.checks.some((check) => check.id === id)),
    ...result.findings.flatMap(({ id, state }) => (state === 'stated' && !isSignedOff(id) ? [id] : [])),
  ];
  if (unfounded.length > 0) {
    const kind = gate === 'vulnerabilities' ? 'statement (vex) that does away with' : 'waiver for';
    throw notBorneOut(`${what}: versions.hcl has no valid ${kind} ${unfounded.join(', ')}`);
  }
  return { digest: artifact.digest, result };
}

/** Whether a check may have passed because somebody signed it off: by a statement for vulnerabilities, by a waiver for all else. */
function signedOffIn(
  versions: PinnedVersions,
  gate: Gate,
  variant: Variant,
  now: Date,
): (check: string) => boolean {
  if (gate !== 'vulnerabilities') {
    const waivers = waiversFor(versions, gate, variant, now).filter(({ isExpired }) => !isExpired);
    return (check) => waivers.some(({ id }) => id === check);
  }
  const statements = statementsFor(versions, variant, now).filter(
    ({ status, isExpired }) => !isExpired && isHarmless(status),
  );
  return (check) => statements.some(({ id }) => id === cveOfCheck(check));
}

/** Sums that are made anew from the checks must be those of the history, and say that all passed. */
function requireOutcome(what: string, checks: readonly Check[], outcome: StageOutcome): void {
  const { verdict, counts } = summarise(checks);
  const same =
    counts.pass === outcome.counts.pass &&
    counts.fail === outcome.counts.fail &&
    counts['not-run'] === outcome.counts['not-run'];
  if (verdict === 'pass' && outcome.verdict === 'pass' && same) return;
  throw notBorneOut(
    `${what}: ${counts.pass} checks passed, ${counts.fail} failed, ${counts['not-run']} were not run; history says ${outcome.verdict} of ${outcome.counts.pass}`,
  );
}

async function readJson<T>(
  store: ArtifactStore,
  artifact: Artifact,
  schema: z.ZodType<T>,
  what: string,
): Promise<T> {
  const text = await readText(store, artifact);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new FoundryError('FND_BAD_DATA', `${what}: artifact ${artifact.digest}: ${reason}`, { cause });
  }
}

function notBorneOut(reason: string): FoundryError {
  return new FoundryError('FND_NOT_RECORDED', `the stored evidence does not bear it out: ${reason}`, {
    hint: 'Nothing was signed.',
  });
}
