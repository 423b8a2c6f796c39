import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtTool } from '../adapters/registry/built-tool.ts';
import { pythonWith } from '../foreign/python-environment.ts';

/** Dependabot's configuration is beside the workflows. */
const OURS = fileURLToPath(new URL('../../.github/', import.meta.url));

/** Nothing is wrong with this one. */
const GOOD = `name: good
on:
  pull_request:
permissions:
  contents: read
concurrency:
  group: good-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  look:
    name: look
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - name: Check out
        uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - name: Look
        run: ls
`;

interface Answer {
  readonly accepts: boolean;
  /** The names of the rules that are broken. */
  readonly rules: readonly string[];
}

const Findings = z.array(z.looseObject({ ident: z.string() }));
const Errors = z.array(z.looseObject({ kind: z.string() }));

let place: string;
let zizmor: string;
let actionlint: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foundry-workflows-'));
  zizmor = join(dirname(await pythonWith('zizmor.txt')), 'zizmor');
  actionlint = await builtTool('actionlint');
});

afterAll(async () => {
  await rm(place, { recursive: true });
});

/** What zizmor says at its strictest but for guesses, without a network and without a configuration that could silence it. */
async function askZizmor(folder: string): Promise<Answer> {
  const { exitCode, stdout } = await execa(
    zizmor,
    ['--offline', '--no-config', '--strict-collection', '--persona=pedantic', '--format=json', folder],
    { reject: false },
  );
  return {
    accepts: exitCode === 0,
    rules: Findings.parse(JSON.parse(stdout)).map(({ ident }) => ident),
  };
}

/** What actionlint says, without the programs that it would ask if the machine had them. */
async function askActionlint(...files: readonly string[]): Promise<Answer> {
  const { exitCode, stdout } = await execa(
    actionlint,
    ['-shellcheck=', '-pyflakes=', '-format', '{{json .}}', ...files],
    { reject: false },
  );
  return { accepts: exitCode === 0, rules: Errors.parse(JSON.parse(stdout)).map(({ kind }) => kind) };
}

async function written(text: string): Promise<{ folder: string; file: string }> {
  const folder = join(await mkdtemp(join(place, 'case-')), '.github', 'workflows');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'one.yml');
  await writeFile(file, text);
  return { folder, file };
}

function spoiled(what: string, by: string): string {
  if (!GOOD.includes(what)) throw new Error(`not in the workflow: ${what}`);
  return GOOD.replace(what, by);
}

describe('zizmor', () => {
  it('finds nothing in our workflows, nor in a good one', async () => {
    expect(await askZizmor(OURS)).toEqual({ accepts: true, rules: [] });
    expect(await askZizmor((await written(GOOD)).folder)).toEqual({ accepts: true, rules: [] });
  });

  it.each([
    [
      'an action by a tag',
      spoiled('@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0', '@v5'),
      'unpinned-uses',
    ],
    [
      'the title of a pull request in a script',
      spoiled('run: ls', 'run: echo "${{ github.event.pull_request.title }}"'),
      'template-injection',
    ],
    ['every permission there is', spoiled('contents: read', 'contents: write'), 'excessive-permissions'],
    ['a token left on the disk', spoiled('persist-credentials: false', 'fetch-depth: 1'), 'artipacked'],
    ['foreign code with our rights', spoiled('pull_request:', 'pull_request_target:'), 'dangerous-triggers'],
  ])('finds %s', async (_case, text, rule) => {
    const { accepts, rules } = await askZizmor((await written(text)).folder);

    expect(accepts).toBe(false);
    expect(rules).toContain(rule);
  });
});

describe('actionlint', () => {
  it('finds nothing in our workflows, nor in a good one', async () => {
    const ours = ['ci', 'codeql', 'dependency-review', 'ingest', 'release', 'sign'].map((name) =>
      join(OURS, 'workflows', `${name}.yml`),
    );

    expect(await askActionlint(...ours)).toEqual({ accepts: true, rules: [] });
    expect(await askActionlint((await written(GOOD)).file)).toEqual({ accepts: true, rules: [] });
  });

  it.each([
    ['a key that is none', spoiled('timeout-minutes', 'timeout-minute'), 'syntax-check'],
    ['an event that is none', spoiled('pull_request:', 'pull_requests:'), 'events'],
    ['a machine that is none', spoiled('ubuntu-24.04', 'ubuntu-24.4'), 'runner-label'],
    ['a permission that is none', spoiled('contents: read', 'content: read'), 'permissions'],
    ['a context that is none', spoiled('github.ref', 'githup.ref'), 'expression'],
    [
      'the title of a pull request in a script',
      spoiled('run: ls', 'run: echo "${{ github.event.pull_request.title }}"'),
      'expression',
    ],
  ])('finds %s', async (_case, text, rule) => {
    const { accepts, rules } = await askActionlint((await written(text)).file);

    expect(accepts).toBe(false);
    expect(rules).toContain(rule);
  });
});
