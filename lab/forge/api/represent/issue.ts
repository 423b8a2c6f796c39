import { z } from 'zod';
import { type Links, nodeId, stableId } from './links.ts';
import { representUser } from './user.ts';

/** One comment as the lab keeps it. */
export const Comment = z.object({ id: z.int(), user: z.string(), body: z.string(), at: z.iso.datetime() });
export type Comment = z.infer<typeof Comment>;

/** One issue as the lab keeps it; it is closed when `closedAt` is set. */
export const Issue = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullable(),
  labels: z.array(z.string()),
  user: z.string(),
  comments: z.array(Comment),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
});
export type Issue = z.infer<typeof Issue>;

/** An issue as GitHub represents one. */
export function representIssue(issue: Issue, links: Links): Record<string, unknown> {
  const { number } = issue;
  const url = links.api(`/issues/${number}`);
  return {
    id: stableId(`${links.owner}/${links.repo}#${number}`),
    node_id: nodeId('Issue', number),
    number,
    url,
    html_url: links.html(`/issues/${number}`),
    repository_url: links.api(),
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    labels_url: `${url}/labels{/name}`,
    title: issue.title,
    body: issue.body,
    labels: issue.labels.map((name) => representLabel(name, links)),
    state: issue.closedAt === null ? 'open' : 'closed',
    locked: false,
    user: representUser(links.origin, issue.user),
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    author_association: 'COLLABORATOR',
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  };
}

/** A comment on an issue as GitHub represents one. */
export function representComment(comment: Comment, number: number, links: Links): Record<string, unknown> {
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: links.api(`/issues/comments/${comment.id}`),
    html_url: links.html(`/issues/${number}#issuecomment-${comment.id}`),
    issue_url: links.api(`/issues/${number}`),
    user: representUser(links.origin, comment.user),
    body: comment.body,
    author_association: 'COLLABORATOR',
    created_at: comment.at,
    updated_at: comment.at,
  };
}

function representLabel(name: string, links: Links): Record<string, unknown> {
  return {
    id: stableId(`label ${name}`),
    node_id: nodeId('Label', name),
    url: links.api(`/labels/${encodeURIComponent(name)}`),
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}
