import { z } from 'zod';
import { notFound } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { nextNumber } from '../numbers.ts';
import { paginate } from '../pagination.ts';
import { type Comment, Issue, representComment, representIssue } from '../represent/issue.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

const ISSUES_PATH = '/repos/{owner}/{repo}/issues';

/** Issues and their comments. */
export const issueEndpoints: readonly Endpoint[] = [
  { operation: `POST ${ISSUES_PATH}`, access: 'write', on: 'lab', handle: create },
  { operation: `GET ${ISSUES_PATH}`, access: 'public', on: 'lab', handle: list },
  { operation: `GET ${ISSUES_PATH}/{issue_number}`, access: 'public', on: 'lab', handle: get },
  { operation: `PATCH ${ISSUES_PATH}/{issue_number}`, access: 'write', on: 'lab', handle: update },
  { operation: `POST ${ISSUES_PATH}/{issue_number}/comments`, access: 'write', on: 'lab', handle: comment },
  { operation: `GET ${ISSUES_PATH}/{issue_number}/comments`, access: 'public', on: 'lab', handle: comments },
];

const ISSUES: Collection<Issue[]> = { file: 'issues.json', schema: z.array(Issue), empty: [] };

const Label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const IssueBody = z.object({
  title: z.coerce.string().min(1),
  body: z.string().nullish(),
  labels: z.array(Label).default([]),
});
const IssueChange = z.object({
  title: z.coerce.string().min(1).optional(),
  body: z.string().nullish(),
  labels: z.array(Label).optional(),
  state: z.enum(['open', 'closed']).optional(),
});
const CommentBody = z.object({ body: z.string().min(1) });

async function create(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const given = parseBody(IssueBody, request.body);
  const at = forge.now().toISOString();
  const issue: Issue = {
    ...given,
    body: given.body ?? null,
    number: await nextNumber(forge.store),
    user: request.viewer?.login ?? 'nobody',
    comments: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  };
  await forge.store.update(ISSUES, (issues) => [...issues, issue]);
  return { status: 201, body: representIssue(issue, request.links) };
}

async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { state = 'open', labels } = request.parameters;
  const wantedLabels = labels === undefined ? [] : String(labels).split(',');
  const matching = (await forge.store.read(ISSUES)).filter(
    (issue) =>
      (state === 'all' || (state === 'closed') === (issue.closedAt !== null)) &&
      wantedLabels.every((label) => issue.labels.includes(label)),
  );
  const { items, headers } = paginate(matching.toReversed(), request);
  return { status: 200, headers, body: items.map((issue) => representIssue(issue, request.links)) };
}

async function get(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  return { status: 200, body: representIssue(await issueOf(request, forge), request.links) };
}

async function update(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { number } = await issueOf(request, forge);
  const { title, body, labels, state } = parseBody(IssueChange, request.body);
  const at = forge.now().toISOString();
  const issue = await changeIssue(forge, number, (issue) => ({
    ...issue,
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(labels === undefined ? {} : { labels }),
    ...(state === undefined ? {} : { closedAt: state === 'open' ? null : (issue.closedAt ?? at) }),
    updatedAt: at,
  }));
  return { status: 200, body: representIssue(issue, request.links) };
}

async function comment(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { number } = await issueOf(request, forge);
  const { body } = parseBody(CommentBody, request.body);
  const at = forge.now().toISOString();
  const user = request.viewer?.login ?? 'nobody';
  const issue = await changeIssue(forge, number, (issue) => {
    const added: Comment = { id: number * 1000 + issue.comments.length + 1, user, body, at };
    return { ...issue, comments: [...issue.comments, added], updatedAt: at };
  });
  const [added] = issue.comments.slice(-1);
  if (added === undefined) throw notFound();
  return { status: 201, body: representComment(added, number, request.links) };
}

async function comments(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const issue = await issueOf(request, forge);
  const { items, headers } = paginate(issue.comments, request);
  const body = items.map((each) => representComment(each, issue.number, request.links));
  return { status: 200, headers, body };
}

async function issueOf({ parameters }: ApiRequest, forge: ForgeContext): Promise<Issue> {
  const issues = await forge.store.read(ISSUES);
  const issue = issues.find(({ number }) => number === parameters['issue_number']);
  if (issue === undefined) throw notFound();
  return issue;
}

async function changeIssue(
  forge: ForgeContext,
  number: number,
  change: (issue: Issue) => Issue,
): Promise<Issue> {
  const issues = await forge.store.update(ISSUES, (issues) =>
    issues.map((issue) => (issue.number === number ? change(issue) : issue)),
  );
  const changed = issues.find((issue) => issue.number === number);
  if (changed === undefined) throw notFound();
  return changed;
}
