import type { Statement } from '../../../adapters/sigstore/statement.ts';
import type { Sha256 } from '../../../domain/digest.ts';
import type { PredicateType } from '../../../domain/evidence/predicate-types.ts';
import type { StoredImage } from '../../artifacts/stored-image.ts';

/** What one statement about an image speaks of: its index and its platform manifest, as readers will find them. */
export function subjectsOf(published: string, { index, manifest }: StoredImage): Statement['subject'] {
  return [index, manifest].map(({ digest }) => ({ name: published, digest: { sha256: digest } }));
}

/** An in-toto statement, version 1. */
export function statementOf(
  subject: Statement['subject'],
  predicateType: PredicateType,
  predicate: Readonly<Record<string, unknown>>,
): Statement {
  return { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate };
}

/** The digests that a statement is about. */
export function digestsOf({ subject }: Statement): Sha256[] {
  return subject.flatMap(({ digest }) => (digest['sha256'] ?? []) as Sha256);
}
