import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { type Checkout, cloneBranch, cloneCommit } from '../../adapters/git/checkout.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { PROFILE_FILE } from '../../adapters/profile/profile-path.ts';
import { type Profile, readProfile } from '../../adapters/profile/profile.ts';
import { registriesOf } from '../../adapters/profile/registries-of.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { forgePaths } from '../../lab/forge/forge-paths.ts';

const MAIN = fileURLToPath(new URL('../../client/main.ts', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `foundry release --output json` says, as far as tests look at it. */
const Answer = z.object({
  kind: z.literal('release'),
  data: z.object({
    how: z.string(),
    id: z.string(),
    state: z.string(),
    seconds: z.number(),
    status: ReleaseStatus,
  }),
});
export type Answered = z.infer<typeof Answer>['data'];

/** Runs the command with a state folder, to its end. */
export async function runFoundry(
  state: string,
  args: readonly string[],
  { onProgress, input = '' }: { onProgress?: (line: string) => void; input?: string } = {},
): Promise<Ended> {
  const child = execa(process.execPath, [MAIN, '--state-dir', state, ...args], {
    reject: false,
    input,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (onProgress !== undefined) void forward(child.iterable({ from: 'stderr' }), onProgress);
  const { exitCode, stdout, stderr } = await child;
  return { code: exitCode ?? -1, stdout, stderr };
}

/** Starts the command, and leaves it to itself: it goes on when this process ends. */
export function leaveFoundry(state: string, args: readonly string[]): void {
  const options = { detached: true, cleanup: false, stdio: 'ignore', reject: false } as const;
  void execa(process.execPath, [MAIN, '--state-dir', state, ...args], options);
}

async function forward(lines: AsyncIterable<unknown>, to: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) to(String(line));
  } catch {
    // Whoever awaits the command sees how it ended.
  }
}

/** Reads what `foundry release --output json` printed. */
export function readAnswer(stdout: string): Answered {
  return Answer.parse(JSON.parse(stdout)).data;
}

/** The lab that the first release was made in. */
export class ReleasedLab {
  readonly state: string;
  readonly store: ArtifactStore;

  constructor(state: string) {
    this.state = state;
    this.store = openDirectoryStore(join(state, 'store'));
  }

  foundry(...args: string[]): Promise<Ended> {
    return runFoundry(this.state, args);
  }

  /** Releases a commit and returns how the command ended and what it said. */
  async release(
    commit: string,
    ...args: string[]
  ): Promise<{ code: number; answer: Answered; stderr: string }> {
    const { code, stdout, stderr } = await this.foundry(
      'release',
      '--commit',
      commit,
      '--output',
      'json',
      ...args,
    );
    if (stdout === '') throw new Error(`foundry release ended with ${code}:\n${stderr}`);
    return { code, answer: readAnswer(stdout), stderr };
  }

  profile(): Promise<Profile> {
    return readProfile(join(this.state, PROFILE_FILE));
  }

  async registry(): Promise<Registry> {
    const profile = await this.profile();
    return registriesOf(profile)(profile.images.registry);
  }

  /** Whether an image is in the registry, by the digest of its index. */
  async isInRegistry({ repository, digest }: { repository: string; digest: OciDigest }): Promise<boolean> {
    return (await (await this.registry()).findManifest(repository, digest)) !== undefined;
  }

  /** Commits to the forge's branch: each file as its change makes it from what is there. Returns the commit. */
  async commit(
    message: string,
    changes: Readonly<Record<string, (before: string) => string>>,
  ): Promise<string> {
    return await this.#withClone(async (checkout) => {
      const files: Record<string, string> = {};
      for (const [path, change] of Object.entries(changes)) {
        const before = (await checkout.read(path)) ?? '';
        const after = change(before);
        if (after === before) throw new Error(`nothing was changed in ${path}`);
        files[path] = after;
      }
      return await checkout.commit(files, message);
    });
  }

  /** The text of a file of a commit. */
  async read(commit: string, path: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-commit-'));
    try {
      const files = await cloneCommit(await forgeOf(await this.profile()), commit, folder);
      return await readFile(files.pathOf(path), 'utf8');
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** The newest commit of the forge's branch. */
  head(): Promise<string> {
    return this.#withClone((checkout) => checkout.head());
  }

  /**
   * Does something on top of a commit, and puts the branch back afterwards: of a commit that takes it back, images would follow that are
   * newer, and with them every self-test.
   */
  async withCommit<T>(
    message: string,
    changes: Readonly<Record<string, (before: string) => string>>,
    use: (commit: string) => Promise<T>,
  ): Promise<T> {
    const [before, { forge }] = [await this.head(), await this.profile()];
    const commit = await this.commit(message, changes);
    try {
      return await use(commit);
    } finally {
      const { repository } = forgePaths(this.state);
      const ref = `refs/heads/${forge.branch}`;
      await execa('git', ['--git-dir', repository, 'update-ref', ref, before, commit]);
    }
  }

  async #withClone<T>(use: (checkout: Checkout) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-forge-'));
    try {
      return await use(await cloneBranch(await forgeOf(await this.profile()), folder));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

/** The cache of this machine, where the tools are. */
export const CACHE = resolveDirectories(process.env).cache;
