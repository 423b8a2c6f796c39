import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildToolchain } from '../../../adapters/toolchain/build-toolchain.ts';
import { toolKey } from '../../../adapters/toolchain/tool-key.ts';
import { pruneToolchain, verifyToolchain } from '../../../adapters/toolchain/tend-toolchain.ts';
import { openToolchain } from '../../../adapters/toolchain/toolchain.ts';
import { ENTRY, toolsFixture, type ToolsFixture } from './fixture.ts';

const silent = (): void => undefined;

describe('the toolchain', () => {
  let fixture: ToolsFixture;
  beforeEach(async () => {
    fixture = await toolsFixture();
  });
  afterEach(async () => {
    await fixture.remove();
  });

  const open = async (environment = {}): ReturnType<typeof openToolchain> =>
    await openToolchain(fixture.directories, environment, fixture.toolsFolder);
  const keyNow = async (change: object = {}, go = '1.26.8', platform = 'linux/amd64'): Promise<string> =>
    await toolKey(fixture.toolsFolder, { ...ENTRY, ...change }, go, platform);

  it('gives the path, the folder and the manifest of a built tool', async () => {
    const folder = await fixture.pretendBuilt('binary');
    const toolchain = await open();

    expect(toolchain.path('crane')).toBe(join(folder, 'crane'));
    expect(toolchain.folder('crane')).toBe(folder);
    expect(toolchain.manifest?.tools.map(({ name, version, size }) => [name, version, size])).toEqual([
      ['crane', 'v1.2.3', 6],
    ]);
  });

  it('refuses a tool that is not built, and says how to build it', async () => {
    const toolchain = await open();

    expect(() => toolchain.path('crane')).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_MISSING', hint: expect.stringContaining('npm run tools') }),
    );
  });

  it.each([
    [
      'its binary has another size',
      async (folder: string) => await writeFile(join(folder, 'crane'), 'longer now'),
    ],
    ['its record is broken', async (folder: string) => await writeFile(join(folder, 'build.json'), '{}')],
  ])('takes a tool as not built when %s', async (_case, damage) => {
    await damage(await fixture.pretendBuilt('binary'));
    const toolchain = await open();

    expect(() => toolchain.path('crane')).toThrow('not built');
  });

  it('takes the tools of FOUNDRY_TOOLS_BIN, of which it knows nothing', async () => {
    await writeFile(join(fixture.root, 'crane'), 'x');
    const toolchain = await open({ FOUNDRY_TOOLS_BIN: fixture.root });

    expect(toolchain.path('crane')).toBe(join(fixture.root, 'crane'));
    expect(toolchain.manifest).toBeUndefined();
    expect(() => toolchain.path('melange')).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_MISSING', hint: expect.stringContaining(fixture.root) }),
    );
  });

  it.each([
    ['another version of Go', {}, '1.26.9', 'linux/amd64'],
    ['another platform', {}, '1.26.8', 'linux/arm64'],
    ['an experiment', { experiment: 'jsonv2' }, '1.26.8', 'linux/amd64'],
    ['other linker flags', { ldflags: ['-X main.v=1'] }, '1.26.8', 'linux/amd64'],
    ['other assets', { assets: [{ from: 'a', to: 'b' }] }, '1.26.8', 'linux/amd64'],
  ])('builds anew for %s', async (_case, change, go, platform) => {
    expect(await keyNow(change, go, platform)).not.toBe(await keyNow());
  });

  it('builds anew for a changed module file, and not for a changed description', async () => {
    const before = await keyNow();

    expect(await keyNow({ purpose: 'other words', estimateSeconds: 99 })).toBe(before);
    await fixture.writeModuleFile('go.sum', 'example.org/images v1.2.3 h1:y=\n');
    expect(await keyNow()).not.toBe(before);
  });

  it('refuses a tools file that pins another version than go.mod', async () => {
    await expect(keyNow({ version: 'v1.2.4' })).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('v1.2.3, but tools.json says v1.2.4'),
    });
    await expect(keyNow({ module: 'example.org/elsewhere' })).rejects.toThrow('no version');
  });

  it('does nothing, and looks for no Go, when everything is built', async () => {
    await fixture.pretendBuilt('binary');
    const said: string[] = [];
    const build = { ...fixture, report: (message: string) => said.push(message) };

    expect((await buildToolchain(build)).built).toEqual([]);
    expect(said).toEqual([]);
    expect(await readdir(join(fixture.directories.cache, 'tools'))).toContain('manifest.json');
  });

  it('verifies by reading every byte: a changed byte of the same size is found', async () => {
    const folder = await fixture.pretendBuilt('binary');
    const care = { ...fixture, report: silent };

    expect(await verifyToolchain(care)).toBe(1);
    await writeFile(join(folder, 'crane'), 'binarz');
    await expect(verifyToolchain(care)).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  });

  it('prunes the builds of earlier pins and nothing else', async () => {
    const folder = await fixture.pretendBuilt('binary');
    const built = join(fixture.directories.cache, 'tools');
    for (const name of ['crane-0123456789abcdef', 'notes-0123456789abcdef', 'crane-mine']) {
      await mkdir(join(built, name));
    }

    expect(await pruneToolchain({ ...fixture, report: silent })).toEqual(['crane-0123456789abcdef']);
    expect((await readdir(built)).sort()).toEqual(
      [folder.slice(built.length + 1), 'crane-mine', 'lock', 'notes-0123456789abcdef'].sort(),
    );
  });
});
