/** One version of something that the upstream has and that is newer than the one that is pinned. */
export interface Candidate {
  /** When the upstream made it; null where it does not say. */
  readonly since: Date | null;
  /** The vulnerabilities of the pinned version that it fixes. */
  readonly fixes: readonly string[];
}

/** What decides whether news are taken at once. */
export interface Patience {
  /** How old news must be that fix nothing, in milliseconds. */
  readonly cooldownMs: number;
  readonly now: Date;
}

/** What becomes of the candidates. */
export interface Decision<C extends Candidate> {
  /** Those that may be taken, in their order. The last one is the one to take, if nothing else is against it. */
  readonly admitted: readonly C[];
  /** The newest one, when it may not be taken yet. */
  readonly waiting: C | undefined;
}

/**
 * Decides on candidates, which come from the oldest version to the newest: one that fixes what no admitted one before it does is admitted
 * at once, any other when it is old enough. One that does not tell its age is never old enough, and one from the future is not old.
 */
export function decide<C extends Candidate>(candidates: readonly C[], patience: Patience): Decision<C> {
  const admitted: C[] = [];
  const fixed = new Set<string>();
  for (const candidate of candidates) {
    const isUrgent = candidate.fixes.some((id) => !fixed.has(id));
    if (!isUrgent && !isOldEnough(candidate, patience)) continue;
    admitted.push(candidate);
    for (const id of candidate.fixes) fixed.add(id);
  }
  const newest = candidates.at(-1);
  return { admitted, waiting: newest === admitted.at(-1) ? undefined : newest };
}

/** Whether something is as old as the policy wants it. */
export function isOldEnough({ since }: Pick<Candidate, 'since'>, { cooldownMs, now }: Patience): boolean {
  return since !== null && since.getTime() + cooldownMs <= now.getTime();
}

/** When something will be old enough; null where it does not tell its age. */
export function oldEnoughAt(
  { since }: Pick<Candidate, 'since'>,
  { cooldownMs }: Pick<Patience, 'cooldownMs'>,
): Date | null {
  return since === null ? null : new Date(since.getTime() + cooldownMs);
}

/** The ids among others that are CVEs, each once and sorted. */
export function cvesAmong(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id) => /^CVE-\d{4}-\d{4,}$/.test(id)))].toSorted();
}
