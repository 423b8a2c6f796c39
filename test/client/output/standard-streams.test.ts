import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../client/main.ts', import.meta.url));

it('says that its result is lost on a full disk, by its exit code too', async () => {
  const { code, stderr } = await withFullDisk('stdout', ['version']);
  expect(code).toBe(7);
  expect(stderr).toContain('error[FND_DISK_FULL]: no space left to write standard output');
  expect(stderr).not.toContain('    at ');
});

it('keeps its exit code when there is no space for what it says on standard error', async () => {
  const { code } = await withFullDisk('stderr', ['docter']);
  expect(code).toBe(2);
});

it('ends well when its reader has had enough', async () => {
  const child = spawn(process.execPath, [MAIN, 'up', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  expect({ code: code as unknown, stderr }).toEqual({ code: 0, stderr: '' });
});

async function withFullDisk(
  stream: 'stdout' | 'stderr',
  args: readonly string[],
): Promise<{ code: number | null; stderr: string }> {
  await using full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', stream === 'stdout' ? full.fd : 'ignore', stream === 'stderr' ? full.fd : 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr };
}
