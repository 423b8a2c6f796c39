import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TOOL_NAMES } from '../../../adapters/toolchain/tool-names.ts';
import { TOOLS_FOLDER } from '../../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../../adapters/toolchain/tools-file.ts';
import { ENTRY, toolsFixture, type ToolsFixture } from './fixture.ts';

describe('the tools file', () => {
  let fixture: ToolsFixture;
  beforeEach(async () => {
    fixture = await toolsFixture();
  });
  afterEach(async () => {
    await fixture.remove();
  });

  it('of this repository pins every tool of the toolchain', async () => {
    const { tools } = await readToolsFile(TOOLS_FOLDER);

    expect(tools.map(({ name }) => name).sort()).toEqual([...TOOL_NAMES].sort());
  });

  it.each([
    ['is not JSON', '{ "go": ', 'cannot be read'],
    ['has no Go release', { tools: [ENTRY] }, 'go'],
    ['has a Go release that is none', { go: 'latest', tools: [ENTRY] }, 'is not a Go release'],
    ['names an unknown tool', { go: '1.26.8', tools: [{ ...ENTRY, name: 'curl' }] }, 'name'],
    ['has an unknown field', { go: '1.26.8', tools: [{ ...ENTRY, sudo: true }] }, 'sudo'],
    ['lists a tool twice', { go: '1.26.8', tools: [ENTRY, ENTRY] }, 'crane is listed twice'],
    [
      'has a broken pattern',
      { go: '1.26.8', tools: [{ ...ENTRY, versionPattern: '((' }] },
      'regular expression',
    ],
    [
      'has a pattern without a group',
      { go: '1.26.8', tools: [{ ...ENTRY, versionPattern: '^v1' }] },
      'one group',
    ],
    [
      'takes assets from outside the module',
      { go: '1.26.8', tools: [{ ...ENTRY, assets: [{ from: 'a/../../etc', to: 'etc' }] }] },
      'must be relative',
    ],
    [
      'puts assets outside the tool',
      { go: '1.26.8', tools: [{ ...ENTRY, assets: [{ from: 'a', to: '/etc' }] }] },
      'must be relative',
    ],
  ])('is refused when it %s', async (_case, content, reason) => {
    await fixture.writeToolsFile(content);

    await expect(readToolsFile(fixture.toolsFolder)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining(reason),
    });
  });

  it('is refused when it is not there', async () => {
    await expect(readToolsFile(fixture.root)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
