import { git } from './run-git.ts';

/** What a branch adds to its base. */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number;
  readonly additions: number;
  readonly deletions: number;
}

/** Compares a commit with the point where it left its base, as a pull request shows it. */
export async function compare(repository: string, base: string, head: string): Promise<Comparison> {
  const commits = Number(await git(repository, ['rev-list', '--count', `${base}..${head}`]));
  const lines = (await git(repository, ['diff', '--numstat', `${base}...${head}`]))
    .split('\n')
    .filter(Boolean);
  const counts = lines.map((line) =>
    line
      .split('\t')
      .slice(0, 2)
      .map((count) => Number.parseInt(count, 10) || 0),
  );
  return {
    commits,
    changedFiles: lines.length,
    additions: counts.reduce((sum, [added = 0]) => sum + added, 0),
    deletions: counts.reduce((sum, [, deleted = 0]) => sum + deleted, 0),
  };
}
