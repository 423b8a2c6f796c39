import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import type { ToolResult } from '../../../adapters/process/run-tool.ts';
import {
  type BuilderRun,
  findProgram,
  runInBuilderSandbox,
} from '../../../adapters/sandbox/builder-sandbox.ts';
import { probeSandboxNetwork, reasonsAgainstIsolation } from '../../../adapters/sandbox/network-evidence.ts';

const ENVIRONMENT = {
  path: '/some/where',
  hostname: 'b.example',
  timeZone: 'XYZ-14',
  locale: 'C',
  umask: 0o077,
};

async function inSandbox<T>(
  use: (folder: string, run: (...argv: string[]) => Promise<ToolResult>) => Promise<T>,
): Promise<T> {
  return await withTemporaryDirectory(async (place) => {
    const folder = join(place, 'work');
    await mkdir(join(folder, 'tmp'), { recursive: true });
    await mkdir(join(place, 'inputs'));
    await writeFile(join(place, 'inputs', 'file'), 'input');
    return await use(folder, async (program = '', ...args) => {
      const run: BuilderRun = {
        environment: ENVIRONMENT,
        folder,
        inputs: [{ source: join(place, 'inputs'), target: 'inputs' }],
        tool: program,
        file: await findProgram(program),
        args,
        timeoutMs: 20_000,
      };
      return await runInBuilderSandbox(run);
    });
  });
}

describe("a builder's sandbox", () => {
  test('has no network, and everything it tried was reachable from outside', async () => {
    await inSandbox(async (folder) => {
      const evidence = await probeSandboxNetwork('b', { environment: ENVIRONMENT, folder });
      expect(reasonsAgainstIsolation(evidence)).toEqual([]);
      expect(evidence.inside.attempts.map((attempt) => attempt.target)).toEqual(
        expect.arrayContaining(['loopback', 'an abstract socket', 'an address outside']),
      );
    });
  });

  test('shows the path, name, time zone, locale and mask of its builder, and a user that is not root', async () => {
    await inSandbox(async (folder, run) => {
      const { stdout } = await run('bash', '-c', 'pwd; uname -n; date +%z; echo $LC_ALL; id -u; touch made');
      expect(stdout.split('\n')).toEqual(['/some/where', 'b.example', '+1400', 'C', '1000', '']);
      expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o600);
    });
  });

  test('does not show the rest of this machine', async () => {
    await inSandbox(async (_, run) => {
      const { stdout } = await run('ls', '/');
      expect(stdout.trim().split('\n').toSorted()).toEqual(
        ['bin', 'dev', 'etc', 'lib', 'lib64', 'opt', 'proc', 'sbin', 'some', 'sys', 'tmp', 'usr'].toSorted(),
      );
      await expect(run('ls', homedir())).rejects.toMatchObject({ code: 'FND_TOOL_FAILED' });
      const { stdout: variables } = await run('env');
      const names = variables
        .trim()
        .split('\n')
        .map((line) => line.slice(0, line.indexOf('=')));
      expect(names.toSorted()).toEqual(['HOME', 'LC_ALL', 'PATH', 'PWD', 'TMPDIR', 'TZ']);
    });
  });

  test('lets its inputs be read and not written', async () => {
    await inSandbox(async (folder, run) => {
      expect((await run('cat', 'inputs/file')).stdout).toBe('input');
      await expect(run('bash', '-c', 'echo x > inputs/file')).rejects.toMatchObject({
        message: expect.stringContaining('Read-only file system'),
      });
      await run('cp', 'inputs/file', 'own');
      expect(await readFile(join(folder, 'own'), 'utf8')).toBe('input');
    });
  });

  test('names the tool and its last words when it fails', async () => {
    await inSandbox(async (_, run) => {
      await expect(run('bash', '-c', 'seq 40; echo the reason >&2; exit 3')).rejects.toMatchObject({
        code: 'FND_TOOL_FAILED',
        message: expect.stringMatching(
          /^bash failed in the sandbox of b\.example; its last words:\n[\s\S]*the reason$/,
        ),
      });
    });
  });

  test('lets a tool make a sandbox of its own, with a fresh /proc', async () => {
    await inSandbox(async (_, run) => {
      const nested = [
        '--ro-bind',
        '/',
        '/',
        '--unshare-user',
        '--unshare-pid',
        '--proc',
        '/proc',
        '--dev',
        '/dev',
      ];
      expect(
        (await run('bwrap', ...nested, 'bash', '-c', 'echo /proc/[0-9]*')).stdout.trim().split(' ').length,
      ).toBeLessThan(4);
    });
  });
});
