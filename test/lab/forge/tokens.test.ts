import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureTokens, findToken, offeredToken, readTokens } from '../../../lab/forge/tokens.ts';

describe('the forge tokens', () => {
  it('are made once, for the owner of the state alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-tokens-'));
    const path = join(folder, 'forge', 'tokens.json');
    expect(await readTokens(path)).toEqual([]);
    const made = await ensureTokens(path);
    expect(made.map(({ scope }) => scope)).toEqual(['write', 'read']);
    expect(await ensureTokens(path)).toEqual(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });

  it('are not made over a file that holds something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foundry-tokens-'));
    const path = join(folder, 'tokens.json');
    await writeFile(path, '{"tokens":[{"login":"a","scope":"all","token":"short"}]}');
    await expect(ensureTokens(path)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      hint: expect.stringContaining(path),
    });
    await rm(folder, { recursive: true });
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['token abc', 'abc'],
    [`Basic ${Buffer.from('anyone:abc').toString('base64')}`, 'abc'],
    [`Basic ${Buffer.from('anyone:a:b').toString('base64')}`, 'a:b'],
    ['Digest abc', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('are read from the header %s', (header, expected) => {
    expect(offeredToken(header)).toBe(expected);
  });

  it('match only as a whole', () => {
    const known = { login: 'a', scope: 'read', token: 'x'.repeat(20) } as const;
    expect(findToken([known], 'x'.repeat(20))).toBe(known);
    expect(findToken([known], 'x'.repeat(19))).toBeUndefined();
    expect(findToken([known], '')).toBeUndefined();
  });
});
