import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { writeLayout } from '../../../adapters/oci-layout/layout.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { Check } from '../../../domain/release/check.ts';
import {
  imageWith,
  type SampleEntry,
  sampleImage,
  sampleLayer,
} from '../../adapters/oci-layout/sample-image.ts';
import { runFoundry } from '../../release/foundry.ts';

const Answer = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('selftest'),
  data: z.object({ verdict: z.string(), reason: z.string().nullable(), checks: z.array(Check) }),
});
type Checks = z.infer<typeof Answer>['data']['checks'];

/** An image that is not ours: this machine's own OpenSSL with what it needs, as root, with a shell and a setuid file. */
async function foreignEntries(): Promise<Record<string, SampleEntry>> {
  const { stdout } = await runTool({ tool: 'ldd', file: 'ldd', args: ['/usr/bin/openssl'] });
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  const entries: Record<string, SampleEntry> = {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    'usr/bin/sh': { content: await readFile('/bin/sh'), mode: 0o755 },
    'usr/bin/su': { content: 'x', mode: 0o4755 },
    'usr/bin/openssl': { content: await readFile('/usr/bin/openssl'), mode: 0o755 },
  };
  for (const library of libraries) {
    entries[library.slice(1)] = { content: await readFile(await realpath(library)), mode: 0o755 };
  }
  return entries;
}

describe('foundry selftest', () => {
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'foundry-foreign-'));
  });
  afterAll(async () => await rm(place, { recursive: true, force: true }));

  async function layoutOf(name: string, entries: Readonly<Record<string, SampleEntry>>): Promise<string> {
    const folder = join(place, name);
    const folders = Object.fromEntries(
      ['dev', 'proc', 'tmp'].map((one) => [one, { type: 'directory' as const }]),
    );
    const layer = await sampleLayer({ ...folders, ...entries });
    const image = imageWith(sampleImage([layer]), {
      config: { User: '0', Healthcheck: { Test: ['CMD', '/usr/bin/fips-healthcheck'] } },
    });
    await writeLayout(folder, image);
    return folder;
  }

  async function selftest(layout: string, ...args: string[]): ReturnType<typeof runFoundry> {
    const state = join(place, 'state');
    await mkdir(state, { recursive: true });
    return await runFoundry(state, ['selftest', layout, ...args]);
  }

  async function checksOf(layout: string): Promise<{ code: number; checks: Checks; reason: string | null }> {
    const { code, stdout } = await selftest(layout, '--variant', 'distroless', '--output', 'json');
    const { checks, reason } = Answer.parse(JSON.parse(stdout)).data;
    return { code, checks, reason };
  }

  test('fails an image of somebody else in the groups where it must, readably', async () => {
    const layout = await layoutOf('foreign', await foreignEntries());
    const { code, stdout } = await selftest(layout, '--variant', 'distroless');
    expect(code).toBe(4);
    expect(stdout).toContain('nobody knows what it must be');
    for (const group of ['POST', 'INT', 'KAT', 'POL', 'IMG', 'META'])
      expect(stdout).toMatch(new RegExp(`[✗!] FIPS-${group} `));
    expect(stdout).toContain('FIPS-IMG-001');
    expect(stdout).toMatch(/\d+ of \d+ checks passed, \d+ failed, \d+ were not run/);

    const { checks } = await checksOf(layout);
    const verdicts = new Map(checks.map(({ id, verdict }) => [id, verdict]));
    const failing = ['FIPS-POST-010', 'FIPS-IMG-001', 'FIPS-IMG-007', 'FIPS-IMG-040', 'FIPS-META-001'];
    expect(failing.filter((id) => verdicts.get(id) !== 'fail')).toEqual([]);
    // Nobody knows which packages it must have, nor from which commit it must be.
    expect(['FIPS-META-060', 'FIPS-META-004'].filter((id) => verdicts.get(id) !== 'not-run')).toEqual([]);
  });

  test.each([
    ['says nothing and ends well', 'int main(void) { return 0; }'],
    ['says nothing and refuses', 'int main(void) { return 1; }'],
  ])('passes nothing that a command says that %s', async (what, source) => {
    const file = join(place, 'program');
    await writeFile(`${file}.c`, source);
    await runTool({ tool: 'gcc', file: 'gcc', args: ['-static', '-o', file, `${file}.c`] });
    const program = { content: await readFile(file), mode: 0o755 };
    const layout = await layoutOf(what.replaceAll(' ', '-'), {
      'usr/bin/openssl': program,
      'usr/bin/fips-healthcheck': program,
    });
    const { code, checks } = await checksOf(layout);
    expect(code).toBe(4);
    const passed = checks.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id.slice(0, -4));
    // What is left is what is said about the image, and what must not be in it.
    expect(passed.filter((group) => !['FIPS-IMG', 'FIPS-META', 'FIPS-VEC'].includes(group))).toEqual([]);
  });

  test('asks what to take an image for that does not say it', async () => {
    const { code, stderr } = await selftest(await layoutOf('nameless', { a: '1' }));
    expect(code).toBe(2);
    expect(stderr).toContain('--variant');
  });

  test('refuses what is no image', async () => {
    expect(await selftest('./no-such-layout')).toMatchObject({ code: 5, stdout: '' });
    expect(await selftest('nonsense')).toMatchObject({ code: 2, stdout: '' });
  });
});
