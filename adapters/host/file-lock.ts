import { dirname } from 'node:path';
import { execa } from 'execa';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { isCode, makeFolder } from '../files/write-atomic.ts';

const PROGRAM = 'flock';
const HELD_BY_ANOTHER = 75;
const HELLO = 'held\n';

/** How to take a lock. */
export interface FileLock {
  /** The lock file; made when it is not there, and never removed, because its name is what others lock. */
  readonly path: string;
  /** Called once when another process holds the lock, before waiting for it. */
  readonly onWait: () => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs `use` while no other process holds the lock, and waits its turn.
 * The kernel holds it (flock(2), through a child that echoes until we let go), so it ends with us however we end:
 * there is no stale lock to clean up. Throws FND_INTERRUPTED when aborted while waiting.
 */
export async function withFileLock<T>(lock: FileLock, use: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(lock.path));
  const release = (await take(lock, ['--nonblock'])) ?? (await takeAfterWaiting(lock));
  try {
    return await use();
  } finally {
    await release();
  }
}

type Release = () => Promise<void>;

async function takeAfterWaiting(lock: FileLock): Promise<Release> {
  lock.onWait();
  const release = await take(lock, []);
  if (release === undefined) throw new FoundryError('FND_BUSY', `${lock.path} is held by another process`);
  return release;
}

async function take(lock: FileLock, options: readonly string[]): Promise<Release | undefined> {
  const isStopped = (): boolean => lock.signal?.aborted === true;
  if (isStopped()) throw interrupted(lock.path);
  const conflict = ['--conflict-exit-code', String(HELD_BY_ANOTHER)];
  const child = execa(PROGRAM, ['--no-fork', ...options, ...conflict, lock.path, 'cat'], {
    stdin: 'pipe',
    buffer: false,
    reject: false,
    // A group of its own: Ctrl-C at the terminal must not let go of the lock before our children have ended.
    detached: true,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const stop = (): boolean => child.kill();
  const held = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)));
  child.stdin.on('error', () => undefined);
  child.stdin.write(HELLO);
  lock.signal?.addEventListener('abort', stop, { once: true });
  const first = await Promise.race([held, child]);
  lock.signal?.removeEventListener('abort', stop);
  if (first === true) {
    return async () => {
      child.stdin.end();
      await child;
    };
  }
  if (first.exitCode === HELD_BY_ANOTHER) return undefined;
  if (isStopped()) throw interrupted(lock.path);
  throw lockError(lock.path, first);
}

function interrupted(path: string): FoundryError {
  return new FoundryError('FND_INTERRUPTED', `stopped while waiting for ${path}`, {
    hint: 'Run the same command again.',
  });
}

function lockError(path: string, result: Error | { readonly exitCode?: number | undefined }): FoundryError {
  if (isCode(result, 'ENOENT')) {
    return new FoundryError('FND_TOOL_MISSING', 'there is no flock program', {
      hint: 'Install util-linux: `apt-get install util-linux`.',
      cause: result,
    });
  }
  const detail = result instanceof Error ? messageOf(result) : `exit code ${result.exitCode ?? 'unknown'}`;
  return new FoundryError('FND_PERMISSION', `the lock ${path} cannot be taken: ${detail}`, {
    hint: 'Choose folders you may write with FOUNDRY_STATE_DIR and FOUNDRY_CACHE_DIR.',
    cause: result,
  });
}
