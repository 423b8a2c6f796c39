import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thisHost } from '../../../adapters/host/host.ts';

describe('this host', () => {
  const host = thisHost();
  let folder: string;
  let server: Server;
  let port: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-host-'));
    server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells what a program answered, also when that is a failure', async () => {
    expect(await host.command(process.execPath, ['-e', 'console.log("hello")'])).toEqual({
      found: true,
      exitCode: 0,
      output: 'hello',
    });
    expect(await host.command(process.execPath, ['-e', 'process.exit(3)'])).toEqual({
      found: true,
      exitCode: 3,
      output: '',
    });
  });

  it('tells a program that was killed from one that ended', async () => {
    const answer = await host.command(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")']);

    expect(answer).toMatchObject({ found: true, exitCode: -1, output: expect.stringContaining('SIGKILL') });
  });

  it('takes a program that is missing, or may not be started, as not there', async () => {
    const path = join(folder, 'not-executable');
    await writeFile(path, 'x', { mode: 0o644 });

    expect(await host.command(join(folder, 'absent'), [])).toEqual({ found: false });
    expect(await host.command(path, [])).toEqual({ found: false });
  });

  it('finds the free space of a folder that will be made', async () => {
    const there = await host.freeBytes(folder);
    const later = await host.freeBytes(join(folder, 'not', 'yet'));

    expect(there).toBeGreaterThan(0);
    expect(Math.abs(later - there)).toBeLessThan(1024 ** 3);
  });

  it('reaches a server by URL and by port, whatever it answers', async () => {
    expect(await host.reach(`http://127.0.0.1:${port}/`)).toEqual({ reached: true, answer: 'HTTP 404' });
    expect(await host.reach(`127.0.0.1:${port}`)).toMatchObject({ reached: true });
  });

  it('says why a server is not reached', async () => {
    expect(await host.reach('http://127.0.0.1:1/')).toMatchObject({
      reached: false,
      reason: expect.stringMatching(/ECONNREFUSED|bad port/),
    });
    expect(await host.reach('127.0.0.1:1')).toMatchObject({ reached: false });
  });

  it('answers nothing for a file that is not there', async () => {
    expect(await host.readText(join(folder, 'absent'))).toBeUndefined();
    expect(await host.writtenAt(join(folder, 'absent'))).toBeUndefined();
  });

  it('sees no jump of a steady clock', async () => {
    const { now, jumpMs } = await host.clock();

    expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(5000);
    expect(Math.abs(jumpMs)).toBeLessThan(1000);
  });
});
