import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../../adapters/host/file-lock.ts';

describe('a file lock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-lock-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function lock(signal?: AbortSignal): {
    path: string;
    waited: number;
    onWait(): void;
    signal?: AbortSignal;
  } {
    return {
      path: join(folder, 'deep', 'lock'),
      waited: 0,
      onWait() {
        this.waited += 1;
      },
      ...(signal === undefined ? {} : { signal }),
    };
  }

  it('lets one in at a time, in turn, and tells the one that waits', async () => {
    const [first, second] = [lock(), lock()];
    const seen: string[] = [];
    const opened = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();

    const holder = withFileLock(first, async () => {
      seen.push('first in');
      entered.resolve(undefined);
      await opened.promise;
      seen.push('first out');
    });
    await entered.promise;
    const waiter = withFileLock(
      {
        path: second.path,
        onWait: () => {
          seen.push('second waits');
          opened.resolve(undefined);
        },
      },
      () => Promise.resolve(seen.push('second in')),
    );
    await Promise.all([holder, waiter]);

    expect(seen).toEqual(['first in', 'second waits', 'first out', 'second in']);
    expect(first.waited).toBe(0);
  });

  it('is free again after an error', async () => {
    const failing = withFileLock(lock(), () => Promise.reject(new Error('inside')));
    await expect(failing).rejects.toThrow('inside');

    const next = lock();
    await withFileLock(next, () => Promise.resolve());
    expect(next.waited).toBe(0);
  });

  it('stops waiting when interrupted, and never runs the work', async () => {
    const controller = new AbortController();
    let ran = false;

    await withFileLock(lock(), async () => {
      const waiter = withFileLock(
        { path: lock().path, onWait: () => controller.abort(), signal: controller.signal },
        () => {
          ran = true;
          return Promise.resolve();
        },
      );
      await expect(waiter).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
    });

    expect(ran).toBe(false);
  });

  it('refuses a lock file that cannot be made', async () => {
    const path = join(folder, 'lock');
    await symlink(join(folder, 'absent', 'lock'), path);

    await expect(
      withFileLock({ path, onWait: () => undefined }, () => Promise.resolve()),
    ).rejects.toMatchObject({ code: 'FND_PERMISSION', message: expect.stringContaining(path) });
  });
});
