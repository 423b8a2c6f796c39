import type { Github } from './open-github.ts';

/** What is said of a commit under a name of ours. */
export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string;
  /** The name; of each, the newest status counts. */
  readonly context: string;
  /** Where more is to be read. */
  readonly target?: string;
}

/** GitHub takes no longer description. */
const LONGEST_DESCRIPTION = 140;

/**
 * Says something of a commit on the forge. What it says already is not said again, so this may be repeated.
 * Throws what {@link Github.ask} throws.
 */
export async function setCommitStatus(github: Github, commit: string, status: CommitStatus): Promise<void> {
  const { context, state, target } = status;
  const description = shortened(status.description);
  const what = `the status of commit ${commit}`;
  const said = await github.ask(what, async (octokit, repository) =>
    octokit.paginate(
      octokit.rest.repos.listCommitStatusesForRef,
      { ...repository, ref: commit, per_page: 100 },
      ({ data }, done) => {
        const ours = data.filter((one) => one.context === context);
        // The newest comes first.
        if (ours.length > 0) done();
        return ours;
      },
    ),
  );
  const [newest] = said;
  if (
    newest?.state === state &&
    newest.description === description &&
    (newest.target_url ?? undefined) === target
  )
    return;
  await github.ask(what, async (octokit, repository) =>
    octokit.rest.repos.createCommitStatus({
      ...repository,
      sha: commit,
      state,
      context,
      description,
      ...(target === undefined ? {} : { target_url: target }),
    }),
  );
}

function shortened(text: string): string {
  return text.length > LONGEST_DESCRIPTION ? `${text.slice(0, LONGEST_DESCRIPTION - 1)}…` : text;
}
