import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { runInImage } from '../../../adapters/sandbox/run-in-image.ts';
import { runInSharedSandbox, type SharedOutcome } from '../../../adapters/sandbox/run-in-shared-sandbox.ts';
import type { SharedProgram } from '../../../adapters/sandbox/runner-messages.ts';
import { IMAGES_FOLDER } from '../../../activities/build/blueprint.ts';

const IN_IMAGE = '/tmp/suite/fips-runner';
const config = { config: { User: '65532', Env: ['PATH=/usr/bin:/bin', 'A=b'], Labels: {} } };

let place: string;
let runner: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foundry-runner-'));
  await chmod(place, 0o755);
  runner = join(place, 'fips-runner');
  const source = join(IMAGES_FOLDER, 'fips-runner.c');
  await runTool({ tool: 'cc', file: 'cc', args: ['-Wall', '-Wextra', '-Werror', '-o', runner, source] });
});
afterAll(async () => await rm(place, { recursive: true, force: true }));

describe('programs in a shared sandbox', () => {
  test('say what they say when each has its own', async () => {
    const programs = [
      sh('echo out; echo err >&2; exit 7'),
      { ...program('cat'), input: 'ä'.repeat(200_000) },
      { ...program('true'), input: 'nobody reads it'.repeat(50_000) },
      program('env'),
      sh('kill -9 $$'),
      sh('id; pwd; touch /x'),
      sh('cat /proc/net/dev; readlink /proc/self/fd/0'),
    ];
    const shared = await run(programs);
    const apart = await Promise.all(
      programs.map(async (one) => runInImage({ root: '/', config, mounts: mounts(), ...one })),
    );
    expect(shared).toEqual(apart);
    expect(shared).toMatchObject([
      { exitCode: 7, stdout: 'out\n', stderr: 'err\n' },
      {},
      {},
      {},
      { exitCode: 137 },
      {},
      {},
    ]);
  });

  test('that take too long, say too much or are not there are failures of their own, and the next ones run', async () => {
    const outcomes = await run([
      { ...program('sleep', '60'), timeoutMs: 200 },
      program('yes'),
      sh('yes >&2'),
      program('no-such-program'),
      program('echo', 'still there'),
    ]);
    expect(outcomes.map(inShort)).toEqual([
      'FND_TOOL_FAILED: sleep in the image gave no answer within 200 ms',
      'FND_TOOL_FAILED: yes in the image said more than 1048576 bytes',
      'FND_TOOL_FAILED: sh in the image said more than 1048576 bytes',
      'FND_TOOL_FAILED: no-such-program in the image was not started: ENOENT',
      'still there\n',
    ]);
  });

  test('leave nothing to those after them: no process, no file', async () => {
    const began = performance.now();
    const outcomes = await run([
      sh('sleep 60 & setsid sleep 60 & echo started'),
      sh('mkdir -p /tmp/a/b /dev/shm/c; touch /tmp/a/b/d /tmp/.e; ln -s /etc /tmp/f'),
      sh('ls -A /tmp /dev/shm; ps -A -o comm='),
    ]);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(outcomes.map(inShort)).toEqual([
      'started\n',
      '',
      '/dev/shm:\n\n/tmp:\nsuite\nbwrap\nfips-runner\nsh\nps\n',
    ]);
  });

  test('cannot look into what runs them', async () => {
    const [outcome] = await run([sh('cat /proc/2/environ; readlink /proc/2/fd/1; echo tried')]);
    expect(outcome).toMatchObject({ stdout: 'tried\n' });
  });

  test('may have so much memory each', async () => {
    const allocate = program('perl', '-e', 'my $all = "x" x 200_000_000; print "had it"');
    expect((await run([allocate], { memoryBytes: 100_000_000 })).map(inShort)).not.toContain('had it');
    expect((await run([allocate], { memoryBytes: 900_000_000 })).map(inShort)).toEqual(['had it']);
  });

  test('are all that is run: what ends the runner leaves the others without an answer', async () => {
    const outcomes = await run([program('echo', 'first'), sh('kill -9 2'), program('echo', 'never')]);
    expect(outcomes.map(inShort)).toEqual([
      'first\n',
      'FND_TOOL_FAILED: sh in the image was not run: the runner ended with 137: ',
      'FND_TOOL_FAILED: echo in the image was not run: the runner ended with 137: ',
    ]);
  });

  test('that leave what cannot be removed are the last', async () => {
    const outcomes = await run([
      sh('mkdir /tmp/a; touch /tmp/a/b; chmod 0 /tmp/a; echo done'),
      program('echo', 'never'),
    ]);
    expect(outcomes.map(inShort)).toEqual([
      'done\n',
      'FND_TOOL_FAILED: echo in the image was not run: the runner ended with 2: fips-runner: a program left something behind that cannot be removed',
    ]);
  });

  test('are not run where the sandbox cannot be set up', async () => {
    const [outcome] = await run([program('true')], { mounts: [{ source: '/none', target: '/tmp/none' }] });
    expect(inShort(outcome)).toContain("bwrap: Can't find source path /none");
  });

  test('end when they are interrupted', async () => {
    const controller = new AbortController();
    const running = run([program('sleep', '60')], { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await expect(running).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
  });
});

describe('a runner', () => {
  test('that is something else is found out', async () => {
    const other = join(place, 'other');
    for (const [says, why] of [
      ['echo all is well', 'answered what nobody understands: "all is well"'],
      ['true', 'gave 0 answers to 1 orders'],
      ["printf 'ended 0 0 0\\nended 0 0 0\\n'", 'gave 2 answers to 1 orders'],
    ] as const) {
      await writeFile(other, `#!/bin/sh\n${says}\n`, { mode: 0o755 });
      const running = run([program('true')], { mounts: [{ source: other, target: IN_IMAGE }] });
      await expect(running).rejects.toMatchObject({
        code: 'FND_TOOL_OUTPUT',
        message: expect.stringContaining(why) as string,
      });
    }
  });

  test('runs nowhere but in a sandbox of its own, because it ends every process that it sees', async () => {
    await expect(runTool({ tool: 'fips-runner', file: runner, args: [] })).rejects.toThrow(
      'it runs alone in a sandbox',
    );
  });

  test.each([
    ['words', 'run true\n'],
    ['too few numbers', '1000 10 0\n'],
    ['no program', '1000 10 0 0 \n'],
    ['a number too large', '99999999999 10 0 1 4\ntrue'],
    ['less than was promised', '1000 10 0 1 40\ntrue'],
  ])('refuses an order of %s', async (_what, input) => {
    const { exitCode, stdout, stderr } = await runInImage({
      root: '/',
      config,
      mounts: mounts(),
      argv: [IN_IMAGE],
      input,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^fips-runner: an order /);
  });
});

async function run(
  programs: readonly SharedProgram[],
  more: Partial<Parameters<typeof runInSharedSandbox>[0]> = {},
): Promise<SharedOutcome[]> {
  return await runInSharedSandbox({
    root: '/',
    config,
    runner: IN_IMAGE,
    programs,
    mostOutputBytes: 1024 * 1024,
    ...more,
    mounts: [...mounts(), ...(more.mounts ?? [])],
  });
}

function mounts(): { source: string; target: string }[] {
  return [{ source: place, target: '/tmp/suite' }];
}

function program(...argv: string[]): SharedProgram {
  return { argv, timeoutMs: 10_000 };
}

function sh(script: string): SharedProgram {
  return program('sh', '-c', script);
}

function inShort(outcome: SharedOutcome | undefined): string {
  if (outcome === undefined) return 'no outcome';
  return outcome instanceof Error ? `${outcome.code}: ${outcome.message}` : outcome.stdout;
}
