import { type Links, nodeId, stableId } from './links.ts';
import { representRepository } from './repository.ts';
import { representUser } from './user.ts';

/** What was said when a pull request was opened. */
export interface PullFacts {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly user: string;
  /** When it was opened. */
  readonly at: string;
  /** When it was closed without being merged. */
  readonly closedAt: string | null;
}

/** Where a pull request's branches are now, and whether the base holds the head. */
export interface PullState {
  readonly headSha: string;
  readonly baseSha: string;
  readonly merged: boolean;
}

/** A pull request as lists represent it. */
export function representPull(pull: PullFacts, state: PullState, links: Links): Record<string, unknown> {
  const { number, user } = pull;
  const closedAt = state.merged ? pull.at : pull.closedAt;
  const { owner, repo, origin } = links;
  const addresses = {
    url: links.api(`/pulls/${number}`),
    html_url: links.html(`/pull/${number}`),
    issue_url: links.api(`/issues/${number}`),
    comments_url: links.api(`/issues/${number}/comments`),
    review_comments_url: links.api(`/pulls/${number}/comments`),
    review_comment_url: links.api('/pulls/comments{/number}'),
    commits_url: links.api(`/pulls/${number}/commits`),
    statuses_url: links.api(`/statuses/${state.headSha}`),
  };
  return {
    ...addresses,
    _links: {
      self: { href: addresses.url },
      html: { href: addresses.html_url },
      issue: { href: addresses.issue_url },
      comments: { href: addresses.comments_url },
      review_comments: { href: addresses.review_comments_url },
      review_comment: { href: addresses.review_comment_url },
      commits: { href: addresses.commits_url },
      statuses: { href: addresses.statuses_url },
    },
    id: stableId(`${owner}/${repo}#${number}`),
    node_id: nodeId('PullRequest', number),
    diff_url: links.html(`/pull/${number}.diff`),
    patch_url: links.html(`/pull/${number}.patch`),
    number,
    title: pull.title,
    body: pull.body ?? null,
    state: closedAt === null ? 'open' : 'closed',
    locked: false,
    draft: pull.draft,
    user: representUser(origin, user),
    head: branch(pull.head, state.headSha, links),
    base: branch(pull.base, state.baseSha, links),
    labels: [],
    assignee: null,
    milestone: null,
    author_association: 'COLLABORATOR',
    auto_merge: null,
    merge_commit_sha: state.merged ? state.headSha : null,
    created_at: pull.at,
    updated_at: closedAt ?? pull.at,
    closed_at: closedAt,
    merged_at: state.merged ? pull.at : null,
  };
}

function branch(name: string, sha: string, links: Links): Record<string, unknown> {
  return {
    label: `${links.owner}:${name}`,
    ref: name,
    sha,
    user: representUser(links.origin, links.owner),
    repo: representRepository(links),
  };
}
