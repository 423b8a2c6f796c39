import type { Github } from '../../../adapters/github/open-github.ts';
import type { Proposal } from '../../../domain/ingest/proposal.ts';

/** What the branches of our pull requests begin with. */
export const PULL_BRANCHES = 'foundry/ingest-';
/** Stands in the text of a pull request that was closed because other pins stand now. */
const SUPERSEDED = '<!-- foundry:superseded -->';

/** The branch of a pull request, and where it goes. */
interface PullBranches {
  readonly branch: string;
  readonly onto: string;
}

/**
 * The address of the pull request for a branch: the one that is open, or a new one. One that a person closed stays closed as long as the
 * branch has what it had. Those of our other branches are closed: they go on from pins that do not stand any more, and cannot be merged.
 * Throws what the forge's API throws.
 */
export async function proposePull(
  github: Github,
  proposal: Pick<Proposal, 'message'>,
  branches: PullBranches,
): Promise<string> {
  const address = await openOrFind(github, proposal, branches);
  await closeSuperseded(github, branches, address);
  return address;
}

async function openOrFind(
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
    const rejected = known.find(
      ({ merged_at: merged, head: at, body }) =>
        merged === null && at.sha === head && body?.includes(SUPERSEDED) !== true,
    );
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

async function closeSuperseded(
  github: Github,
  { branch, onto }: PullBranches,
  address: string,
): Promise<void> {
  await github.ask(`the pull requests that ${branch} supersedes`, async (octokit, repository) => {
    const open = { ...repository, base: onto, state: 'open' as const, per_page: 100 };
    for (const { number, head, body } of await octokit.paginate(octokit.rest.pulls.list, open)) {
      const isOurs = head.ref.startsWith(PULL_BRANCHES) && head.label === `${repository.owner}:${head.ref}`;
      if (!isOurs || head.ref === branch) continue;
      const why = `Superseded by ${address}: other pins stand on \`${onto}\` than those that this goes on from.`;
      await octokit.rest.pulls.update({
        ...repository,
        pull_number: number,
        state: 'closed',
        body: [body ?? '', why, SUPERSEDED].join('\n\n').trim(),
      });
    }
  });
}
