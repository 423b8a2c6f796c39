import type { MergedCommit, MergeLine } from './contract.ts';

/**
 * The line with one more commit. The same commit again changes nothing. One that is older than what runs is left out, because its release would
 * move the tags back; so is one that a newer one with the policy `supersede` stands before or comes after.
 */
export function joinLine(line: MergeLine, merged: MergedCommit): MergeLine {
  const { running, waiting } = line;
  const known = running === null ? waiting : [running, ...waiting];
  const isOvertaken =
    known.some(({ commit }) => commit === merged.commit) ||
    (running !== null && running.height > merged.height) ||
    waiting.some((other) => supersedes(other, merged));
  if (isOvertaken) return line;
  const left = [...waiting.filter((other) => !supersedes(merged, other)), merged];
  return { running, waiting: left.toSorted((a, b) => a.height - b.height) };
}

/** The commit for which the release that runs is to be aborted. */
export function supersederOf({ running, waiting }: MergeLine): MergedCommit | undefined {
  return running === null ? undefined : waiting.findLast((other) => supersedes(other, running));
}

function supersedes(a: MergedCommit, b: MergedCommit): boolean {
  return a.newer === 'supersede' && a.height > b.height;
}
