import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../client/completion/candidates.ts';
import { wholeProgram } from '../../../client/reference/whole-program.ts';

const releases = async () => [{ word: '4f2d0c1b7a9e', description: '3.5.7, completed' }];

async function after(...words: string[]): Promise<string[]> {
  return (await candidatesFor(wholeProgram(), words, releases)).map(({ word }) => word);
}

describe('what may come next', () => {
  it.each([
    [['rel'], ['release']],
    [
      ['vex', ''],
      ['add', 'list', 'remove'],
    ],
    [['--output', 'json', 'vex', 'r'], ['remove']],
    [['vex', 'add', 'CVE-1', '--status', 'not'], ['not_affected']],
    [
      ['version', '--output='],
      ['--output=text', '--output=json'],
    ],
    // As shells hand it on that break words at an equals sign.
    [['version', '--output', '=', 'j'], ['json']],
    [
      ['version', '--output', '='],
      ['text', 'json'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['run', 'd'],
      ['distroless', 'development'],
    ],
    [['show', '4'], ['4f2d0c1b7a9e']],
    [['verify', 'la'], ['latest']],
    [['show', 'latest', ''], []],
    [['release', '--profile', ''], []],
    [['release', '--de'], ['--detach']],
    [['nonsense', ''], []],
  ])('of %j is %j', async (words, expected) => {
    expect(await after(...words)).toEqual(expected);
  });

  it('never names what is hidden, and always knows the options of every command', async () => {
    expect(await after('')).not.toContain('__complete');
    expect(await after('list', '--')).toEqual([
      '--limit',
      '--output',
      '--quiet',
      '--state-dir',
      '--cache-dir',
      '--help',
    ]);
  });
});
