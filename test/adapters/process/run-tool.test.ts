import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  runTool,
  runToolForBytes,
  startToolsApart,
  startToolsHere,
} from '../../../adapters/process/run-tool.ts';

const node = { tool: 'node', file: process.execPath };

describe.each([
  ['from this process', startToolsHere],
  ['from one of its own', startToolsApart],
])('running a tool %s', (_, prepare) => {
  beforeAll(prepare);
  afterAll(startToolsHere);

  it('returns what it printed, apart', async () => {
    const result = await runTool({ ...node, args: ['-e', 'console.log("out"); console.error("err")'] });

    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 0 });
  });

  it('returns bytes as they are', async () => {
    const result = await runToolForBytes({
      ...node,
      args: ['-e', 'process.stdout.write(Buffer.from([0, 255, 10])); console.error("err")'],
    });

    expect({ ...result, stdout: [...result.stdout] }).toEqual({
      stdout: [0, 255, 10],
      stderr: 'err\n',
      exitCode: 0,
    });
  });

  it('shows the tool only the variables on the list', async () => {
    process.env['FOUNDRY_TEST_SECRET'] = 'secret';
    const show = ['-e', 'console.log(JSON.stringify([process.env.FOUNDRY_TEST_SECRET, process.env.GIVEN]))'];

    const hidden = await runTool({ ...node, args: show, env: { GIVEN: 'yes' } });
    const passed = await runTool({ ...node, args: show, passEnv: ['FOUNDRY_TEST_SECRET'] });
    delete process.env['FOUNDRY_TEST_SECRET'];

    expect(hidden.stdout).toBe('[null,"yes"]\n');
    expect(passed.stdout).toBe('["secret",null]\n');
  });

  it('names the tool, the exit code and the first lines when it fails', async () => {
    const run = runTool({ ...node, args: ['-e', 'console.error("the cause"); process.exit(3)'] });

    await expect(run).rejects.toMatchObject({
      code: 'FND_TOOL_FAILED',
      message: expect.stringMatching(/^node .* exit code 3:\nthe cause/),
    });
  });

  it('tells a full disk from other failures', async () => {
    const code =
      'console.error("starting"); console.error("write out: No space left on device"); process.exit(1)';

    await expect(runTool({ ...node, args: ['-e', code] })).rejects.toMatchObject({
      code: 'FND_DISK_FULL',
      message: 'node found no space left on a disk it writes to: write out: No space left on device',
    });
  });

  it('accepts an exit code that is an answer', async () => {
    const result = await runTool({ ...node, args: ['-e', 'process.exit(50)'], acceptExitCodes: [50] });

    expect(result.exitCode).toBe(50);
  });

  it('says which program is missing', async () => {
    const run = runTool({ tool: 'melange', file: '/nonexistent/melange', args: [] });

    await expect(run).rejects.toMatchObject({
      code: 'FND_TOOL_MISSING',
      message: 'melange: there is no program /nonexistent/melange',
    });
  });

  it('ends the whole process tree when it is interrupted', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const grandparent = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const run = runTool({
      ...node,
      args: ['-e', grandparent],
      signal: controller.signal,
      onLine: (line) => {
        lines.push(line);
        controller.abort();
      },
    });

    await expect(run).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
    const grandchild = Number(lines[0]);
    await expect.poll(() => isAlive(grandchild), { timeout: 4000 }).toBe(false);
  });
});

describe('a process of its own that starts tools', () => {
  beforeAll(startToolsApart);
  afterAll(startToolsHere);
  const parent = async (): Promise<number> => {
    const { stdout } = await runTool({ ...node, args: ['-e', 'console.log(process.ppid)'] });
    return Number(stdout);
  };

  it('is another one than this, and always the same', async () => {
    const [one, other] = [await parent(), await parent()];
    expect(one).toBe(other);
    expect(one).not.toBe(process.pid);
  });

  it('knows no variable that a tool would not be shown', async () => {
    process.env['FOUNDRY_TEST_SECRET'] = 'secret';
    startToolsHere();
    startToolsApart();
    const environment = await readFile(`/proc/${await parent()}/environ`, 'utf8');
    delete process.env['FOUNDRY_TEST_SECRET'];
    expect(environment).not.toContain('secret');
  });

  it('says what was lost when it is killed, and is started again', async () => {
    const first = await parent();
    const lost = runTool({
      ...node,
      args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
      onLine: (line) => {
        process.kill(first, 'SIGKILL');
        // Nobody is left who would end it.
        process.kill(Number(line));
      },
    });
    await expect(lost).rejects.toMatchObject({
      code: 'FND_TOOL_FAILED',
      message: 'node: the process that ran it is gone',
    });
    const second = await parent();
    expect(second).not.toBe(first);
  });

  it('leaves a signal to whoever started it', async () => {
    const first = await parent();
    process.kill(first, 'SIGTERM');
    expect(await parent()).toBe(first);
  });

  it('ends what it runs when whoever started it is gone', async () => {
    const lines: string[] = [];
    const run = runTool({
      ...node,
      args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
      onLine: (line) => {
        lines.push(line);
        startToolsHere();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'FND_TOOL_FAILED' });
    await expect.poll(() => isAlive(Number(lines[0])), { timeout: 4000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
