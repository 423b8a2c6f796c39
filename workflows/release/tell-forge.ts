import type { ReleaseInput } from '../../domain/release/plan.ts';
import { setCommitStatus } from './activities.ts';

/** What the release is called on the forge, beside its commit. */
export const RELEASE_CONTEXT = 'foundry/release';
const DESCRIPTIONS = { success: 'is released', failure: 'was not released' } as const;

/** Says on the forge, beside the commit, how its release ended. */
export async function tellForge(
  { commit, version }: ReleaseInput,
  state: keyof typeof DESCRIPTIONS,
): Promise<void> {
  await setCommitStatus.executeWithOptions({ summary: `commit status: ${state}` }, [
    { commit, context: RELEASE_CONTEXT, state, description: `OpenSSL ${version} ${DESCRIPTIONS[state]}` },
  ]);
}
