import type { SigningServices } from '../../adapters/sigstore/sign.ts';
import type { RunClaims } from '../../adapters/sigstore/token-source.ts';
import type { Execution } from '../../adapters/temporal-history/recorded.ts';
import { sha256 } from '../../domain/digest.ts';
import type { Signing } from './sign-once.ts';

/** What signatures are made with. Only a process of its own has the token. */
export interface SigningSource extends Omit<Signing, 'services'> {
  readonly services: Omit<SigningServices, 'getToken'>;
  readonly getToken: (run: RunClaims) => Promise<string>;
}

/** Signing for one run: its tokens say for which commit they are used, and a number of the run. */
export function signingOf(
  { store, results, trustedRoot, identity, services, getToken }: SigningSource,
  commit: string,
  { runId }: Execution,
): Signing {
  const run = { sha: commit, run_id: runNumber(runId) };
  const withToken = { ...services, getToken: () => getToken(run) };
  return { store, results, trustedRoot, identity, services: withToken };
}

/** Runs have no number of their own: one of 48 bits that is always the same for a run. */
function runNumber(runId: string): string {
  return String(Number.parseInt(sha256(runId).slice(0, 12), 16) + 1);
}
