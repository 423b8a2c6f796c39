import { Buffer } from 'node:buffer';
import { BUNDLE_MEDIA_TYPE } from '../../adapters/sigstore/attach.ts';
import { type BundleJson, signStatement, type SigningServices } from '../../adapters/sigstore/sign.ts';
import type { Statement } from '../../adapters/sigstore/statement.ts';
import { type ExpectedIdentity, verifyBundle } from '../../adapters/sigstore/verify.ts';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { Artifact } from '../../domain/artifact.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';
import { isSame } from './recorded-work.ts';
import { digestsOf } from './statements/statement.ts';

/** Who signs, and whose signatures count. */
export interface Signing {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  readonly services: SigningServices;
  /** A Sigstore trusted root, as parsed JSON. */
  readonly trustedRoot: unknown;
  readonly identity: ExpectedIdentity;
}

/** A statement, and where two that claim the same may differ. */
export interface ToSign {
  readonly statement: Statement;
  /** Members of the predicate that say only when it was made. */
  readonly moments?: readonly string[];
}

/** A statement that was signed and verified; of two that claim the same, the one that was signed first. */
export interface Signed {
  readonly statement: Statement;
  readonly bundle: BundleJson;
  /** The bundle in the store. */
  readonly artifact: Artifact;
}

/**
 * Signs a statement, unless the same one was signed before: then that signature is returned. Either is verified with the trusted root and
 * the expected identity, for every subject, before it leaves here. An earlier signature that does not verify, or says something else, is
 * no signature: the statement is signed anew. Throws FND_SIGNATURE_REFUSED when it was somebody else who signed, and what
 * {@link signStatement} and the store throw.
 */
export async function signOnce(signing: Signing, toSign: ToSign): Promise<Signed> {
  const { store, results, services } = signing;
  const key = sha256(canonicalJson(keyOf(signing, toSign) as Parameters<typeof canonicalJson>[0]));
  const earlier = await findEarlier(signing, toSign, await results.find(key));
  if (earlier !== undefined) return earlier;
  const bundle = await signStatement(toSign.statement, services);
  const statement = verified(signing, toSign.statement, bundle);
  const artifact = await store.put(Buffer.from(JSON.stringify(bundle)), BUNDLE_MEDIA_TYPE);
  await results.record(key, artifact);
  return { statement, bundle, artifact };
}

/** Verifies a bundle for every subject of a statement and returns what was signed. Throws FND_SIGNATURE_REFUSED. */
export function verified(
  { trustedRoot, identity }: Pick<Signing, 'trustedRoot' | 'identity'>,
  expected: Statement,
  bundle: unknown,
): Statement {
  const [first, ...more] = digestsOf(expected).map((subjectDigest) =>
    verifyBundle(bundle, trustedRoot, {
      identity,
      subjectDigest,
      predicateType: expected.predicateType,
    }),
  );
  if (first === undefined || more.some((one) => !isSame(one, first)))
    throw new Error('a statement has subjects');
  return first;
}

function keyOf({ identity, trustedRoot }: Signing, { statement, moments = [] }: ToSign): object {
  return { format: 1, signed: withoutMoments(statement, moments), identity, trustedRoot };
}

function withoutMoments(statement: Statement, moments: readonly string[]): object {
  const predicate = Object.entries(statement.predicate ?? {}).filter(([name]) => !moments.includes(name));
  return { ...statement, predicate: Object.fromEntries(predicate) };
}

async function findEarlier(
  signing: Signing,
  { statement, moments = [] }: ToSign,
  found: unknown,
): Promise<Signed | undefined> {
  const artifact = Artifact.safeParse(found);
  if (!artifact.success || !(await signing.store.has(artifact.data.digest))) return undefined;
  try {
    const bytes = await readBytes(signing.store, artifact.data);
    const bundle = JSON.parse(Buffer.from(bytes).toString('utf8')) as BundleJson;
    const signed = verified(signing, statement, bundle);
    if (!isSame(withoutMoments(signed, moments), withoutMoments(statement, moments))) return undefined;
    return { statement: signed, bundle, artifact: artifact.data };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof FoundryError && NOT_USABLE.has(error.code)) return undefined;
    throw error;
  }
}

/** Others may write where results are kept; what they leave there is no reason to fail. */
const NOT_USABLE: ReadonlySet<string> = new Set(['FND_SIGNATURE_REFUSED', 'FND_DIGEST_MISMATCH']);
