import { expect, test } from 'vitest';
import { createSharing } from '../../../activities/gates/shared-while-used.ts';

test('uses at the same time share what was made for the first of them', async () => {
  const share = createSharing<number>();
  let made = 0;
  const make = async (): Promise<number> => (made += 1);
  const first = Promise.withResolvers<void>();
  const uses = [
    share('a', make, async (value) => first.promise.then(() => value)),
    share('a', make, async (value) => value),
    share('b', make, async (value) => value),
  ];
  expect(await Promise.all(uses.slice(1))).toEqual([1, 2]);
  const late = share('a', make, async (value) => value);
  first.resolve();
  expect([await uses[0], await late]).toEqual([1, 1]);
});

test('nothing is kept when nobody uses it any more', async () => {
  const share = createSharing<object>();
  const make = async (): Promise<object> => ({});
  const use = async (value: object): Promise<object> => value;
  expect(await share('a', make, use)).not.toBe(await share('a', make, use));
});

test('what cannot be made for one is made again for the others that wait for it', async () => {
  const share = createSharing<string>();
  const fail = async (): Promise<string> => await Promise.reject(new Error('cancelled'));
  const use = async (value: string): Promise<string> => value;
  const first = share('a', fail, use);
  const second = share('a', async () => 'there', use);
  await expect(first).rejects.toThrow('cancelled');
  expect(await second).toBe('there');
  expect(await share('a', async () => 'anew', use)).toBe('anew');
});

test('a use that fails takes nothing from the others', async () => {
  const share = createSharing<string>();
  const make = async (): Promise<string> => 'there';
  const failing = share('a', make, async () => await Promise.reject(new Error('mine')));
  const other = share('a', make, async (value) => value);
  await expect(failing).rejects.toThrow('mine');
  expect(await other).toBe('there');
});
