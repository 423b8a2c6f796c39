import { expect, test } from 'vitest';
import { Batch, dealt } from '../../../activities/selftest/batch.ts';
import type { SharedProgram } from '../../../adapters/sandbox/runner-messages.ts';
import { FoundryError } from '../../../domain/errors.ts';

const program = (name: string): [string, SharedProgram] => [name, { argv: [name], timeoutMs: 1000 }];
const said = (stdout: string): { stdout: string; stderr: string; exitCode: number } => ({
  stdout,
  stderr: '',
  exitCode: 0,
});

test('programs of a batch are run once, together, whoever asks first', async () => {
  const runs: (readonly SharedProgram[])[] = [];
  const batch = new Batch(new Map([program('a'), program('b')]), async (programs) => {
    runs.push(programs);
    return programs.map(({ argv }) => said(argv.join(' ')));
  });
  const outcomes = await Promise.all([batch.outcomeOf('b'), batch.outcomeOf('a'), batch.outcomeOf('b')]);
  expect(outcomes.map(({ stdout }) => stdout)).toEqual(['b', 'a', 'b']);
  expect(runs).toEqual([[program('a')[1], program('b')[1]]]);
});

test('a program that could not be run fails for whoever asks for it, and for nobody else', async () => {
  const batch = new Batch(new Map([program('a'), program('b')]), async () => [
    new FoundryError('FND_TOOL_FAILED', 'a took too long'),
    said('b'),
  ]);
  await expect(batch.outcomeOf('a')).rejects.toThrow('a took too long');
  expect(await batch.outcomeOf('b')).toEqual(said('b'));
});

test('a program without an outcome has not passed', async () => {
  const batch = new Batch(new Map([program('a'), program('b')]), async () => [said('a')]);
  await expect(batch.outcomeOf('b')).rejects.toThrow('b is not among these programs');
  await expect(batch.outcomeOf('c')).rejects.toThrow('c is not among these programs');
});

test('programs are dealt to as few batches as there must be, neighbours to different ones', () => {
  const names = (most: number): string[][] =>
    dealt(new Map(['a', 'b', 'c', 'd', 'e'].map(program)), most).map((hand) => [...hand.keys()]);
  expect(names(5)).toEqual([['a', 'b', 'c', 'd', 'e']]);
  expect(names(2)).toEqual([['a', 'd'], ['b', 'e'], ['c']]);
  expect(dealt(new Map(), 2)).toEqual([]);
});
