import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildToolchain, type ToolchainBuilt } from '../../../adapters/toolchain/build-toolchain.ts';
import { TOOLS_FOLDER } from '../../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../../adapters/toolchain/tools-file.ts';
import { ENTRY, toolsFixture, type ToolsFixture } from './fixture.ts';

const OWN_MODULE = 'foundry.example/tools/crane';
const HELLO = 'package main\n\nfunc main() { println("hello") }\n';
const SLOW = 'package main\n\nimport _ "net/http"\n\nfunc main() {}\n';

/** Pins a program of one file, so that a build needs no module from elsewhere. */
async function pinProgram(fixture: ToolsFixture, source: string, change: object = {}): Promise<void> {
  await fixture.writeModuleFile('go.mod', `module ${OWN_MODULE}\n\ngo 1.26.0\n`);
  await fixture.writeModuleFile('go.sum', '');
  await fixture.writeModuleFile('main.go', source);
  const { go } = await readToolsFile(TOOLS_FOLDER);
  await fixture.writeToolsFile({
    go,
    tools: [{ ...ENTRY, package: '.', module: OWN_MODULE, ...change }],
  });
}

/** Pins the real crane of this repository. */
async function pinCrane(fixture: ToolsFixture): Promise<void> {
  const { go, tools } = await readToolsFile(TOOLS_FOLDER);
  await cp(join(TOOLS_FOLDER, 'crane'), join(fixture.toolsFolder, 'crane'), { recursive: true });
  await fixture.writeToolsFile({ go, tools: tools.filter(({ name }) => name === 'crane') });
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names.sort();
}

describe('building the toolchain', () => {
  const fixtures: ToolsFixture[] = [];
  let said: string[];
  beforeEach(() => {
    said = [];
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const fixture of fixtures.splice(0)) await fixture.remove();
  });

  async function newFixture(): Promise<ToolsFixture> {
    const fixture = await toolsFixture();
    fixtures.push(fixture);
    return fixture;
  }

  const build = async (fixture: ToolsFixture, options = {}): Promise<ToolchainBuilt> =>
    await buildToolchain({ ...fixture, report: (message) => said.push(message), ...options });
  const builtIn = (fixture: ToolsFixture): string => join(fixture.directories.cache, 'tools');

  it('gives the same bytes in another folder, with another build cache', { timeout: 900_000 }, async () => {
    const [here, elsewhere] = [await newFixture(), await newFixture()];
    await pinCrane(here);
    await pinCrane(elsewhere);

    const first = await build(here);
    vi.stubEnv('GOCACHE', join(elsewhere.root, 'go-build'));
    const second = await build(elsewhere);

    expect(first.manifest.tools.map(({ size }) => size > 0)).toEqual([true]);
    expect(second).toEqual(first);
  });

  it('refuses to build when a line of go.sum was changed', async () => {
    const fixture = await newFixture();
    await pinCrane(fixture);
    const goSum = await readFile(join(fixture.toolsFolder, 'crane', 'go.sum'), 'utf8');
    const changed = goSum.replace(/(go-containerregistry v\S+ h1:)\S+/, `$1${'A'.repeat(43)}=`);
    expect(changed).not.toBe(goSum);
    await fixture.writeModuleFile('go.sum', changed);

    await expect(build(fixture)).rejects.toMatchObject({
      code: 'FND_TOOL_BUILD_FAILED',
      message: expect.stringMatching(/crane v\S+ could not be built: .*checksum mismatch/s),
      hint: expect.stringContaining('./foundry tools --only crane'),
    });
    expect(await namesIn(builtIn(fixture))).toEqual(['lock']);
  });

  it('names the tool, the version and the first lines of the compiler, and leaves nothing half-built', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, 'package main\n\nfunc main() { missing() }\n');

    await expect(build(fixture)).rejects.toMatchObject({
      code: 'FND_TOOL_BUILD_FAILED',
      message: expect.stringMatching(/^crane v1\.2\.3 could not be built: .*undefined: missing/s),
    });
    expect(await namesIn(builtIn(fixture))).toEqual(['lock']);
  });

  it('refuses a package that is no program', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, 'package images\n');

    await expect(build(fixture)).rejects.toMatchObject({
      code: 'FND_TOOL_BUILD_FAILED',
    });
    expect(await namesIn(builtIn(fixture))).toEqual(['lock']);
  });

  it('builds what is missing, says so, and does nothing the second time', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, HELLO, { assets: [{ from: 'main.go', to: 'source/main.go' }] });

    const first = await build(fixture);
    const began = performance.now();
    const second = await build(fixture);

    expect(performance.now() - began).toBeLessThan(1000);
    expect(first.built).toEqual(['crane']);
    expect(second).toEqual({ built: [], manifest: first.manifest });
    expect(said[0]).toBe('[1/1] crane v1.2.3: building (about 20 s)');
    expect(said.at(-1)).toMatch(/^\[1\/1\] crane v1\.2\.3: built in \d+(\.\d)? s$/);
    const [folder = ''] = (await namesIn(builtIn(fixture))).filter((name) => name.startsWith('crane-'));
    expect(await namesIn(join(builtIn(fixture), folder))).toEqual(['build.json', 'crane', 'source']);
  });

  it('lets two runs at once build a tool only once', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, HELLO);

    const both = await Promise.all([build(fixture), build(fixture)]);

    expect(both.flatMap(({ built }) => built)).toEqual(['crane']);
    expect(said).toContain('another foundry is building tools in this cache; waiting for it');
  });

  it('removes what a killed run left behind', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, HELLO);
    await cp(fixture.toolsFolder, join(builtIn(fixture), 'crane-0123456789abcdef.0123.tmp'), {
      recursive: true,
    });

    await build(fixture);

    expect((await namesIn(builtIn(fixture))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('ends the compiler and removes its work when interrupted', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, SLOW);
    vi.stubEnv('GOCACHE', join(fixture.root, 'go-build'));
    const controller = new AbortController();
    const options = { signal: controller.signal, heartbeatMs: 500 };
    const running = buildToolchain({
      ...fixture,
      ...options,
      report: (message) => {
        said.push(message);
        if (message.includes('still building')) controller.abort();
      },
    });

    await expect(running).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
    expect(said.at(-1)).toContain('still building');
    expect(await namesIn(builtIn(fixture))).toEqual(['lock']);
  });

  it('says that Go is missing, and which Go would do', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, HELLO);
    const bin = join(fixture.root, 'bin');
    await cp('/usr/bin/flock', join(bin, 'flock'));
    await cp('/bin/cat', join(bin, 'cat'));
    vi.stubEnv('PATH', bin);

    await expect(build(fixture)).rejects.toMatchObject({
      code: 'FND_TOOL_MISSING',
      hint: expect.stringContaining('Go 1.21 or newer'),
    });
  });

  it('refuses a Go that cannot fetch the pinned one', async () => {
    const fixture = await newFixture();
    await pinProgram(fixture, HELLO);
    const bin = join(fixture.root, 'bin');
    await cp('/usr/bin/flock', join(bin, 'flock'));
    await writeFile(join(bin, 'go'), '#!/bin/sh\necho \'{"GOVERSION":"go1.19.8"}\'\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:/bin`);

    await expect(build(fixture)).rejects.toMatchObject({
      code: 'FND_TOOL_MISSING',
      message: expect.stringContaining('go1.19.8'),
    });
  });
});
