import { APPROVAL_PROBLEM } from '../../domain/release/problem.ts';
import type { Problem } from '../../domain/release/status.ts';
import type { ReleaseEntry } from './release-entry.ts';
import { shortCommit } from './select-release.ts';

/** Whom a release waits for. */
export function waitedFor({ code }: Problem): string {
  return code === APPROVAL_PROBLEM ? 'an approval' : 'an operator';
}

/** The command that lets a release go on which waits. */
export function goOn(entry: ReleaseEntry): string {
  const isApproval = entry.status?.waiting?.problem.code === APPROVAL_PROBLEM;
  return `./foundry ${isApproval ? 'approve' : 'retry'} ${shortCommit(entry)}`;
}

/** The command that ends a release. */
export function giveUp(entry: ReleaseEntry): string {
  return `./foundry abort ${shortCommit(entry)} --reason "…"`;
}
