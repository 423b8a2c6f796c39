import type { Github } from '../../../adapters/github/open-github.ts';
import type { Proposal } from '../../../domain/ingest/proposal.ts';

/** The branch of a pull request, and where it goes. */
interface PullBranches {
  readonly branch: string;
  readonly onto: string;
}

/**
 * The address of the pull request for a branch: the one that is open, or a new one. One that a person closed stays closed as long as the
 * branch has what it had. Throws what the forge's API throws.
 */
export async function proposePull(
  github: Github,
  { message }: Pick<Proposal, 'message'>,
  { branch, onto }: PullBranches,
): Promise<string> {
  return await github.ask(`the pull request of ${branch}`, async (octokit, repository) => {
    const { data: known } = await octokit.rest.pulls.list({
      ...repository,
      head: `${repository.owner}:${branch}`,
      base: onto,
      state: 'all',
      per_page: 100,
    });
    const head = (await octokit.rest.git.getRef({ ...repository, ref: `heads/${branch}` })).data.object.sha;
    const open = known.find(({ state }) => state === 'open');
    const rejected = known.find(({ merged_at: merged, head: at }) => merged === null && at.sha === head);
    const there = open ?? rejected;
    if (there !== undefined) return there.html_url;
    const [title = '', ...rest] = message.split('\n');
    const body = rest.join('\n').trim();
    const { data } = await octokit.rest.pulls.create({
      ...repository,
      title,
      body,
      head: branch,
      base: onto,
    });
    return data.html_url;
  });
}
