import { expect, test, vi } from 'vitest';
import { createMemory, frozen } from '../../../adapters/memory/memory.ts';

test('work is done once for a key, and again for another', () => {
  const memory = createMemory<string>(10);
  const work = vi.fn(() => 'done');
  expect([memory('a', work), memory('a', work), memory('b', work)]).toEqual(['done', 'done', 'done']);
  expect(work).toHaveBeenCalledTimes(2);
});

test('those that wait for the same work at the same time wait for one', async () => {
  const memory = createMemory<Promise<number>>(10);
  const work = vi.fn(() => Promise.resolve(7));
  expect(await Promise.all([memory('a', work), memory('a', work)])).toEqual([7, 7]);
  expect(work).toHaveBeenCalledTimes(1);
});

test('a failure is not remembered', async () => {
  const now = createMemory<string>(10);
  expect(() =>
    now('a', () => {
      throw new Error('refused');
    }),
  ).toThrow('refused');
  expect(now('a', () => 'taken')).toBe('taken');

  const later = createMemory<Promise<string>>(10);
  await expect(later('a', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(await later('a', () => Promise.resolve('taken'))).toBe('taken');
});

test('what was asked for longest ago is forgotten first', () => {
  const memory = createMemory<string>(2);
  memory('a', () => 'first');
  memory('b', () => 'first');
  memory('a', () => 'second');
  memory('c', () => 'first');
  expect(memory('a', () => 'second')).toBe('first');
  expect(memory('b', () => 'second')).toBe('second');
});

test('what is frozen cannot be changed anywhere in it', () => {
  const value = frozen({ list: [{ name: 'a' }], bytes: new Uint8Array(1) });
  expect(() => {
    Object.assign(value.list[0] ?? {}, { name: 'b' });
  }).toThrow(TypeError);
});
