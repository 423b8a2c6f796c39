import type { CommitObject, Signature } from '../../git/objects.ts';
import { type Links, nodeId } from './links.ts';

/** A commit as the git database endpoints represent it. */
export function representGitCommit(commit: CommitObject, links: Links): Record<string, unknown> {
  return {
    ...identityOf(commit.sha, links, '/git/commits'),
    author: representSignature(commit.author),
    committer: representSignature(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: links.api(`/git/trees/${commit.tree}`) },
    parents: parentsOf(commit, links, '/git/commits'),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

/** A commit as branches and commit lists represent it. */
export function representCommit(commit: CommitObject, links: Links): Record<string, unknown> {
  const { author, committer, message, tree } = representGitCommit(commit, links);
  return {
    ...identityOf(commit.sha, links, '/commits'),
    comments_url: links.api(`/commits/${commit.sha}/comments`),
    commit: {
      url: links.api(`/git/commits/${commit.sha}`),
      author,
      committer,
      message,
      tree,
      comment_count: 0,
    },
    author: null,
    committer: null,
    parents: parentsOf(commit, links, '/commits'),
  };
}

function identityOf(sha: string, links: Links, kind: string): Record<string, unknown> {
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: links.api(`${kind}/${sha}`),
    html_url: links.html(`/commit/${sha}`),
  };
}

function parentsOf(commit: CommitObject, links: Links, kind: string): Record<string, unknown>[] {
  return commit.parents.map((sha) => ({
    sha,
    url: links.api(`${kind}/${sha}`),
    html_url: links.html(`/commit/${sha}`),
  }));
}

function representSignature({ name, email, date }: Signature): Record<string, unknown> {
  return { name, email, date: date.toISOString() };
}
