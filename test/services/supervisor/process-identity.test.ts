import { expect, it } from 'vitest';
import {
  identityOf,
  isAlive,
  parseProcessStat,
  signalProcess,
} from '../../../services/supervisor/process-identity.ts';

it('knows this process', () => {
  const identity = identityOf(process.pid);
  expect(identity !== undefined && isAlive(identity)).toBe(true);
});

it('does not take another process with the same pid for the one it knew', () => {
  const identity = identityOf(process.pid);
  expect(identity).toBeDefined();
  if (identity === undefined) return;
  expect(isAlive({ ...identity, startTime: '1' })).toBe(false);
  expect(isAlive({ ...identity, bootId: 'another boot' })).toBe(false);
});

it('sends no signal to a process that only has the same pid', () => {
  const identity = identityOf(process.pid);
  if (identity !== undefined) signalProcess({ ...identity, startTime: '1' }, 'SIGKILL');
  expect(identity).toBeDefined();
});

it('reads a name with spaces and brackets', () => {
  const tail = Array.from({ length: 18 }, (_, index) => String(index)).join(' ');
  expect(parseProcessStat(`42 (a) b (c) S ${tail} 98765 0`)).toEqual({ state: 'S', startTime: '98765' });
});

it.each([
  '',
  '42',
  '42 (name',
  '42 (name) S 1 2',
  '42 (name) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 no',
])('refuses %j', (text) => {
  expect(parseProcessStat(text)).toBeUndefined();
});

it('finds no process for a pid that does not exist', () => {
  expect(identityOf(2 ** 30)).toBeUndefined();
});
