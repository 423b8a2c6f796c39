import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readProfile } from '../../adapters/profile/profile.ts';
import { readWorkerConfig } from '../../worker/config.ts';

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

const Signing = z.object({
  jobs: z.object({
    worker: z.looseObject({
      if: z.string(),
      'timeout-minutes': z.int(),
      steps: z.array(
        z.looseObject({
          run: z.string().optional(),
          env: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
        }),
      ),
    }),
  }),
});
const WOLFI = new URL('../../profiles/wolfi.hcl', import.meta.url);

/** The value of a variable as a job has it. */
const filled = (value: string | number): string =>
  String(value)
    .replace('${{ runner.temp }}', '/tmp/of-the-job')
    .replace('${{ vars.FOUNDRY_STORE }}', 'oci:registry.example/foundry/store')
    .replace('${{ vars.TEMPORAL_ADDRESS }}', 'temporal.example:7233')
    .replace(/\$\{\{ .* \}\}/, '');

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
      'sign.yml',
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

  it('may write nothing but what CodeQL found, and the one that signs may say who it is', () => {
    const written = FILES.flatMap((file) => {
      const { permissions, jobs } = workflowOf(file);
      return [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})].flatMap((given) =>
        Object.entries(given)
          .filter(([, level]) => level === 'write')
          .map(([scope]) => `${file}: ${scope}`),
      );
    });

    expect(written).toEqual(['codeql.yml: security-events', 'sign.yml: id-token']);
  });

  it('run in CI exactly what a person runs', () => {
    expect(textOf('ci.yml')).toMatch(/^ {8}run: \.\/\.ci\/run$/m);
    expect(readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8')).toMatch(/^exec make test$/m);
  });

  it('sign as a worker that can be started as it stands there, under the name of the profile', async () => {
    const job = Signing.parse(parse(textOf('sign.yml'))).jobs.worker;
    const given = Object.entries(job.steps.at(-1)?.env ?? {}).map(([name, value]) => [name, filled(value)]);
    const { queues, profile, packageKey, signingIdentity } = readWorkerConfig({
      ...Object.fromEntries(given.filter(([name]) => name?.startsWith('TEMPORAL_TLS_') === false)),
      // What GitHub gives to a job with `id-token: write`.
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'token',
    });

    expect({ queues, profile, packageKey }).toEqual({
      queues: ['sign'],
      profile: '/tmp/of-the-job/profile.hcl',
      packageKey: '/tmp/of-the-job/apk-signing.rsa',
    });
    expect(signingIdentity?.file).toBeUndefined();
    expect(job.if).toContain("github.ref == 'refs/heads/main'");
    const { signing, images } = await readProfile(fileURLToPath(WOLFI));
    expect(signing).toMatchObject({
      issuer: 'https://token.actions.githubusercontent.com',
      identity: expect.stringMatching(/\/\.github\/workflows\/sign\.yml@refs\/heads\/main$/) as string,
    });
    const written = job.steps.map(({ run }) => run ?? '').join('\n');
    for (const path of [signing.trustedRoot, images.credentialsFile ?? ''])
      expect(written).toContain(`"$RUNNER_TEMP/${basename(path)}"`);
  });

  it('end a worker in time for what it does', () => {
    const job = Signing.parse(parse(textOf('sign.yml'))).jobs.worker;
    const { run = '', env = {} } = job.steps.at(-1) ?? {};
    const { kill = '0', minutes = '0' } =
      /^timeout --preserve-status --kill-after=(?<kill>\d+)s (?<minutes>\d+)m /.exec(run)?.groups ?? {};

    expect(Number(kill)).toBeGreaterThan(Number(env['FOUNDRY_GRACE_SECONDS']) + 5);
    expect(Number(minutes)).toBeGreaterThan(0);
    // Before it, the tools are built.
    expect(Number(minutes) + 15).toBeLessThan(job['timeout-minutes']);
  });

  it('leave it to the command whether ingest is needed', () => {
    const text = textOf('ingest.yml');

    expect(text).toContain('./foundry ingest --profile "$RUNNER_TEMP/profile.hcl" --unless-within 3h');
    expect(text.match(/^ {4}if: .*$/gm)).toEqual(["    if: vars.FOUNDRY_PROFILE != ''"]);
  });
});
