import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The keys that we use, of the options that GitHub documents for `dependabot.yml`. */
const Dependabot = z.strictObject({
  version: z.literal(2),
  updates: z.array(
    z.strictObject({
      'package-ecosystem': z.string(),
      directory: z.string().optional(),
      directories: z.array(z.string()).optional(),
      schedule: z.strictObject({ interval: z.literal('weekly') }),
      // A version that is taken back is taken back in its first days.
      cooldown: z.strictObject({ 'default-days': z.int().min(7) }),
      groups: z.record(z.string(), z.strictObject({ patterns: z.array(z.string()) })).optional(),
    }),
  ),
});
const { updates } = Dependabot.parse(parse(readFileSync(`${ROOT}/.github/dependabot.yml`, 'utf8')));

it.each([
  ['gomod', '{tools,test/foreign}/*/go.mod'],
  ['pip', 'test/foreign/*.txt'],
  ['npm', 'package-lock.json'],
  ['docker', 'deploy/*Dockerfile'],
  ['docker-compose', 'docker-compose.yml'],
])('every folder with pins of %s is bumped, and every folder that is named has some', (ecosystem, files) => {
  const there = globSync(files, { cwd: ROOT }).map((file) => `/${dirname(file)}`.replace(/^\/\.$/, '/'));

  const watched = updates
    .filter((update) => update['package-ecosystem'] === ecosystem)
    .flatMap(({ directory, directories = [] }) => [
      ...directories,
      ...(directory === undefined ? [] : [directory]),
    ])
    .flatMap((name) => (name.endsWith('*') ? foldersIn(name) : [name]));

  expect(there).not.toEqual([]);
  expect(new Set(watched)).toEqual(new Set(there));
});

it('the actions of the workflows are bumped together', () => {
  const [actions, ...more] = updates.filter((update) => update['package-ecosystem'] === 'github-actions');

  expect(more).toEqual([]);
  expect(actions).toMatchObject({ directory: '/', groups: { actions: { patterns: ['*'] } } });
});

/** Those of a pattern that hold modules: `tools` has scripts beside its folders. */
function foldersIn(pattern: string): string[] {
  return globSync(`${pattern.slice(1)}/go.mod`, { cwd: ROOT }).map((file) => `/${dirname(file)}`);
}
