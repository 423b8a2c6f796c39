import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../../client/completion/scripts.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What bash puts into its reply when Tab is pressed at the end of these words. */
async function inBash(...words: string[]): Promise<string[]> {
  const script = [
    completionScript('bash'),
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _foundry; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; complete -p foundry',
  ].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', './foundry', ...words], {
    cwd: root,
  });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.pop()).toBe('complete -o default -F _foundry foundry');
  return lines;
}

describe('in a real bash', () => {
  it('completes verbs and values', async () => {
    expect(await inBash('sche')).toEqual(['schedule']);
    expect(await inBash('selftest', 'x', '--variant', 's')).toEqual(['standard']);
  });

  it('runs nothing of what was typed, and takes words as they are', async () => {
    expect(await inBash('show', '$(echo latest)', '')).toEqual([]);
    expect(await inBash('run', "it's; echo standard")).toEqual([]);
  });
});
