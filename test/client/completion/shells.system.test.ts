import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../../client/completion/scripts.ts';

const FOUNDRY = fileURLToPath(new URL('../../../foundry', import.meta.url));

/** Where there are no files to suggest. */
let nowhere: string;

beforeAll(async () => {
  nowhere = await mkdtemp(join(tmpdir(), 'foundry-completion-'));
});
afterAll(async () => await rm(nowhere, { recursive: true }));

/** What a shell suggests when Tab is pressed at the end of these words, in a folder without files. */
type Suggest = (...words: string[]) => Promise<string[]>;

async function linesOf(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: nowhere });
  return stdout.split('\n').filter((line) => line !== '');
}

const inBash: Suggest = async (...words) => {
  const script = [
    completionScript('bash'),
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _foundry; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; complete -p foundry',
  ].join('\n');
  const lines = await linesOf('bash', ['-c', script, 'bash', FOUNDRY, ...words]);
  expect(lines.pop()).toBe('complete -o default -F _foundry foundry');
  return lines;
};

/** In zsh, what is suggested goes to a function of its completion system, which shows it; here it prints it. */
const inZsh: Suggest = async (...words) => {
  const script = [
    'compdef() { registered="$*" }; _files() { : }; _describe() { print -rl -- "${(@P)2}" }',
    completionScript('zsh'),
    'words=("$@"); CURRENT=$#; _foundry; print -r -- "$registered"',
  ].join('\n');
  const lines = await linesOf('zsh', ['-f', '-c', script, 'zsh', FOUNDRY, ...words]);
  expect(lines.pop()).toBe('_foundry foundry');
  return lines.map((line) => line.split(':')[0] ?? '');
};

/** In fish, a word that is not closed is a line of its own: the words are quoted as fish quotes them. */
const inFish: Suggest = async (...words) => {
  const quoted = words.map((word) => (word === '' ? '' : `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`));
  const line = [FOUNDRY, ...quoted].join(' ').replaceAll(/'([\w-]*)'/g, '$1');
  const script = [completionScript('fish'), 'complete --do-complete "$argv[1]"'].join('\n');
  const lines = await linesOf('fish', ['--no-config', '-c', script, line]);
  return lines.map((one) => one.split('\t')[0] ?? '');
};

describe.each([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
])('in a real %s', (_, suggest) => {
  it('completes verbs and values', async () => {
    expect(await suggest('sche')).toEqual(['schedule']);
    expect(await suggest('selftest', 'x', '--variant', 's')).toEqual(['standard']);
  });

  it('runs nothing of what was typed, and takes words as they are', async () => {
    expect(await suggest('show', '$(echo latest)', '')).toEqual([]);
    expect(await suggest('run', "it's; echo standard")).toEqual([]);
  });
});
