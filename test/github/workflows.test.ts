import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../.github/workflows/', import.meta.url));
const FILES = readdirSync(FOLDER);

/** A commit, and the version that it is beside it. */
const PINNED = /^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const Workflow = z.looseObject({
  permissions: Permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string(),
    z.looseObject({ 'timeout-minutes': z.int().max(90), permissions: Permissions.optional() }),
  ),
});

const textOf = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8');
const workflowOf = (file: string): z.infer<typeof Workflow> => Workflow.parse(parse(textOf(file)));
const usesIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:- )?uses: (?<action>.+)$/gm)].map(({ groups }) => groups?.['action'] ?? '');

describe('the workflows of GitHub', () => {
  it('are these', () => {
    expect(FILES.toSorted()).toEqual([
      'ci.yml',
      'codeql.yml',
      'dependency-review.yml',
      'ingest.yml',
      'release.yml',
    ]);
  });

  it.each(FILES)('%s: says what it may do, how long, and what happens to two at once', (file) => {
    expect(() => workflowOf(file)).not.toThrow();
  });

  it.each(FILES)('%s: names every action by its commit, with the version beside it', (file) => {
    const actions = usesIn(textOf(file));

    expect(actions).not.toEqual([]);
    expect(actions.filter((action) => !PINNED.test(action))).toEqual([]);
  });

  it('name one commit for one version of an action', () => {
    const commits = new Map<string, Set<string>>();
    for (const action of FILES.flatMap((file) => usesIn(textOf(file)))) {
      const [repository, commit, version] = action.split(/@| # /);
      const key = `${repository?.split('/').slice(0, 2).join('/')} ${version}`;
      commits.set(key, (commits.get(key) ?? new Set()).add(commit ?? ''));
    }

    expect([...commits].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it('may write nothing but what CodeQL found', () => {
    const written = FILES.flatMap((file) => {
      const { permissions, jobs } = workflowOf(file);
      return [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})].flatMap((given) =>
        Object.entries(given)
          .filter(([, level]) => level === 'write')
          .map(([scope]) => `${file}: ${scope}`),
      );
    });

    expect(written).toEqual(['codeql.yml: security-events']);
  });

  it('run in CI exactly what a person runs', () => {
    expect(textOf('ci.yml')).toMatch(/^ {8}run: \.\/\.ci\/run$/m);
    expect(readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8')).toMatch(/^exec make test$/m);
  });

  it('leave it to the command whether ingest is needed', () => {
    const text = textOf('ingest.yml');

    expect(text).toContain('./foundry ingest --profile "$RUNNER_TEMP/profile.hcl" --unless-within 3h');
    expect(text.match(/^ {4}if: .*$/gm)).toEqual(["    if: vars.FOUNDRY_PROFILE != ''"]);
  });
});
