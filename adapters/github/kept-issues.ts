import type { Github } from './open-github.ts';

/** What there is to be an issue about, as it stands now. */
export interface KeptIssue {
  /** By which the issue is found again: the same for the same matter, letters, digits, `:` `.` and `-`. */
  readonly marker: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** `closed`: the matter is over. Then none is opened. */
  readonly state: 'open' | 'closed';
}

/** What became of issues, by their markers. */
export interface IssueChanges {
  readonly opened: readonly string[];
  readonly updated: readonly string[];
  readonly closed: readonly string[];
}

/**
 * Lets the forge have one issue for each matter, with its text and state as they stand now; what says so already is left alone, so this
 * may be repeated. An issue of ours is one with the label, which only who may write to the repository can give, and with the marker in its
 * text. One that a person closed while its matter goes on is opened again. Throws what {@link Github.ask} throws.
 */
export async function keepIssues(
  github: Github,
  label: string,
  wanted: readonly KeptIssue[],
): Promise<IssueChanges> {
  const changes = { opened: [] as string[], updated: [] as string[], closed: [] as string[] };
  if (wanted.length === 0) return changes;
  const known = await issuesOf(github, label);
  for (const one of wanted) {
    const text = `${one.body}\n\n${markerLine(one.marker)}\n`;
    const issue = known.find(({ body }) => body.includes(markerLine(one.marker)));
    if (issue === undefined) {
      if (one.state === 'closed') continue;
      await create(github, label, one, text);
      changes.opened.push(one.marker);
    } else if (issue.title !== one.title || issue.body !== text || issue.state !== one.state) {
      await update(github, issue.number, one, text);
      const isOver = one.state === 'closed' && issue.state !== 'closed';
      changes[isOver ? 'closed' : 'updated'].push(one.marker);
    }
  }
  return changes;
}

interface FoundIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

/** Oldest first: of two with one marker the first is the one. */
async function issuesOf(github: Github, label: string): Promise<FoundIssue[]> {
  const found = await github.ask(`the issues with the label ${label}`, async (octokit, repository) =>
    octokit.paginate(octokit.rest.issues.listForRepo, {
      ...repository,
      labels: label,
      state: 'all',
      per_page: 100,
    }),
  );
  return found
    .map(({ number, title, body, state }) => ({ number, title, body: body ?? '', state }))
    .toSorted((a, b) => a.number - b.number);
}

async function create(github: Github, label: string, { title }: KeptIssue, body: string): Promise<void> {
  await github.ask(`the issue ${JSON.stringify(title)}`, async (octokit, repository) =>
    octokit.rest.issues.create({ ...repository, title, body, labels: [label] }),
  );
}

async function update(
  github: Github,
  number: number,
  { title, state }: KeptIssue,
  body: string,
): Promise<void> {
  await github.ask(`issue ${number}`, async (octokit, repository) =>
    octokit.rest.issues.update({ ...repository, issue_number: number, title, body, state }),
  );
}

function markerLine(marker: string): string {
  return `<!-- foundry:${marker} -->`;
}
