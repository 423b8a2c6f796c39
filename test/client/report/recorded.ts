import { readFileSync } from 'node:fs';
import type { ReleaseFacts } from '../../../client/report/model/facts.ts';
import type { ReleaseEntry } from '../../../client/release/release-entry.ts';

function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../golden/report/${name}`, import.meta.url), 'utf8'));
}

/** What a release in a lab left, as `foundry report` read it: every document in it was verified when it was recorded. */
export function recordedFacts(): ReleaseFacts {
  return golden('release-facts.json') as ReleaseFacts;
}

/** A release in a lab that a gate aborted. */
export function abortedEntry(): ReleaseEntry {
  return golden('aborted-entry.json') as ReleaseEntry;
}

/** The facts of a release of which nothing was published. */
export function unpublished(entry: ReleaseEntry): ReleaseFacts {
  return { ...recordedFacts(), entry, record: [], signer: null, images: [], previous: null };
}
