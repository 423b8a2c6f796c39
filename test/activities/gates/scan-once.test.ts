import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanOnce } from '../../../activities/gates/scan-once.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';

let folder: string;
let scans: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-scan-once-'));
  scans = 0;
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const scan = async (): Promise<Uint8Array> => {
  scans += 1;
  return Buffer.from(`scan ${scans}`);
};
async function once(inputs: { file: string }, work = scan, isWell = true): Promise<string> {
  const keeping: (() => Promise<void>)[] = [];
  const reports = {
    store: openDirectoryStore(join(folder, 'store')),
    results: openDirectoryResults(join(folder, 'results')),
    whenItRanWell: (keep: () => Promise<void>) => void keeping.push(keep),
  };
  const report = await scanOnce(reports, inputs, work);
  if (isWell) for (const keep of keeping) await keep();
  return Buffer.from(report).toString('utf8');
}

test('equal inputs are scanned once, at the same time and later; others are scanned', async () => {
  const [first, second] = await Promise.all([once({ file: 'a' }), once({ file: 'a' })]);
  expect([first, second, await once({ file: 'a' })]).toEqual(['scan 1', 'scan 1', 'scan 1']);
  expect(await once({ file: 'b' })).toBe('scan 2');
});

test('a scan that fails for one is made again for the other', async () => {
  const failing = once({ file: 'a' }, () => Promise.reject(new Error('cancelled')));
  const [failed, other] = await Promise.allSettled([failing, once({ file: 'a' })]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'cancelled' } });
  expect(other).toEqual({ status: 'fulfilled', value: 'scan 1' });
});

test('a report of a gate that did not run well is not kept: the next one looks again', async () => {
  expect(await once({ file: 'a' }, scan, false)).toBe('scan 1');
  expect(await once({ file: 'a' })).toBe('scan 2');
  expect(await once({ file: 'a' })).toBe('scan 2');
});
