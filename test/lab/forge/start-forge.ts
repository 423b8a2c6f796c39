import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from 'octokit';
import { runTool, type ToolResult } from '../../../adapters/process/run-tool.ts';
import { ensureForge, type SeedFile } from '../../../lab/forge/forge.ts';
import type { ForgePaths } from '../../../lab/forge/forge-paths.ts';
import { gitEnvironment } from '../../../lab/forge/git/git-environment.ts';
import { readTokens } from '../../../lab/forge/tokens.ts';
import { startLabServer } from '../../../lab/server/lab-server.ts';
import { makeWorld, type TestWorld } from '../server/make-world.ts';

export const REPOSITORY = { owner: 'foundry-lab', repo: 'wolfi-openssl-fips' };

export const SEED: readonly SeedFile[] = [
  { path: 'README.md', content: '# lab\n' },
  { path: 'bin/run', content: '#!/bin/sh\n', executable: true },
];

/** A running lab with a forge of its own, and the clients that tests use on it. */
export interface RunningForge {
  readonly world: TestWorld;
  readonly paths: ForgePaths;
  readonly origin: string;
  /** Where git finds the repository. */
  readonly address: string;
  readonly writer: string;
  readonly reader: string;
  readonly octokit: Octokit;
  /** What the lab logged as its own failures. */
  readonly failures: readonly unknown[];
  octokitWith(token: string, origin?: string): Octokit;
  head(): Promise<string>;
  clone(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a lab server over a fresh forge. */
export async function startForge(): Promise<RunningForge> {
  const world = await makeWorld();
  const paths = await ensureForge({
    stateDir: world.stateDir,
    seedFiles: () => Promise.resolve(SEED),
    report: quiet,
  });
  const failures: unknown[] = [];
  const server = await startLabServer({
    stateDir: world.stateDir,
    port: 0,
    log: (entry) => {
      if (entry['level'] === 'error') failures.push(entry);
    },
  });
  const address = `${server.origin}/git/${REPOSITORY.owner}/${REPOSITORY.repo}.git`;
  const [writer = '', reader = ''] = (await readTokens(paths.tokens)).map(({ token }) => token);
  const octokit = octokitWith(writer);

  function octokitWith(token: string, origin = server.origin): Octokit {
    return new Octokit({
      baseUrl: `${origin}/api/v3`,
      auth: token,
      retry: { enabled: false },
      throttle: { enabled: false },
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
  }

  async function head(): Promise<string> {
    const { data } = await octokit.rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
    return data.object.sha;
  }

  async function clone(name: string): Promise<string> {
    const folder = join(world.stateDir, name);
    await mkdir(folder);
    await git(folder, 'clone', '--quiet', address, '.');
    return folder;
  }

  async function stop(): Promise<void> {
    await server.close();
    await world.remove();
  }

  const { origin } = server;
  return { world, paths, origin, address, writer, reader, octokit, failures, octokitWith, head, clone, stop };
}

/** Runs the git of a person who has no configuration. */
export async function git(folder: string, ...args: string[]): Promise<ToolResult> {
  const author = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@lab.invalid' };
  const committer = { GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@lab.invalid' };
  const env = { ...gitEnvironment(folder), ...author, ...committer };
  return await runTool({ tool: 'git', file: 'git', args, cwd: folder, env, acceptExitCodes: [1, 128] });
}

/** Commits one changed file and returns the commit's name. */
export async function commit(folder: string, file: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, file), content);
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '-m', `Change ${file}`);
  return (await git(folder, 'rev-parse', 'HEAD')).stdout.trim();
}

/** Does nothing with what it is told. */
export function quiet(): void {
  return undefined;
}
