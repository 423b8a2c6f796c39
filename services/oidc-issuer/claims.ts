import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CommitId } from '../../domain/pins/values.ts';
import type { Identity } from '../sigstore/identities.ts';

const Count = z.string().regex(/^[1-9]\d{0,18}$/);

/** What differs from run to run. An identity's holder may say it; it does not change who they are. */
export const RunClaims = z.strictObject({
  sha: CommitId.default('0'.repeat(40)),
  run_id: Count.default('1'),
  run_attempt: Count.default('1'),
  event_name: z.enum(['push', 'schedule', 'workflow_dispatch', 'release']).default('workflow_dispatch'),
});

export type RunClaims = z.infer<typeof RunClaims>;

const Filled = z.string().min(1);

/** The claims of a workflow token, in GitHub's words. Fulcio accepts empty ones, so none may leave here. */
export const TokenClaims = z.strictObject({
  sub: Filled,
  repository: Filled,
  repository_id: Filled,
  repository_owner: Filled,
  repository_owner_id: Filled,
  repository_visibility: z.enum(['public', 'private']),
  ref: Filled,
  sha: CommitId,
  workflow: Filled,
  workflow_ref: Filled,
  workflow_sha: CommitId,
  job_workflow_ref: Filled,
  job_workflow_sha: CommitId,
  event_name: Filled,
  runner_environment: z.enum(['self-hosted', 'github-hosted']),
  run_id: Count,
  run_attempt: Count,
});

export type TokenClaims = z.infer<typeof TokenClaims>;

/** The claims of a token for an identity and a run. Throws a ZodError when any would be empty or malformed. */
export function tokenClaims(identity: Omit<Identity, 'clientSecret'>, run: RunClaims): TokenClaims {
  const { repository, workflow, ref } = identity;
  const [owner] = repository.split('/');
  const workflowRef = `${repository}/${workflow}@${ref}`;
  return TokenClaims.parse({
    sub: `repo:${repository}:ref:${ref}`,
    repository,
    repository_id: numericId(repository),
    repository_owner: owner,
    repository_owner_id: numericId(owner ?? ''),
    repository_visibility: 'public',
    ref,
    sha: run.sha,
    workflow: workflow.slice(workflow.lastIndexOf('/') + 1),
    workflow_ref: workflowRef,
    workflow_sha: run.sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: run.sha,
    event_name: run.event_name,
    runner_environment: 'self-hosted',
    run_id: run.run_id,
    run_attempt: run.run_attempt,
  });
}

/** A stable number in place of the forge's own for a name. */
function numericId(name: string): string {
  return String(createHash('sha256').update(name).digest().readUIntBE(0, 4));
}
