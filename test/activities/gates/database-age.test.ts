import { expect, test } from 'vitest';
import { databaseAgeCheck } from '../../../activities/gates/database-age.ts';

const NOW = new Date('2026-06-10T12:00:00Z');

test.each([
  ['as old as it may be', '2026-06-09T12:00:00Z', 'pass', 'may be 24h old at most'],
  ['a second older', '2026-06-09T11:59:59Z', 'not-run', '24 hours ago'],
  ['much older', '2026-06-08T10:59:59Z', 'not-run', '49 hours ago, and may be 24h old at most'],
  ['made now', '2026-06-10T12:00:00Z', 'pass', 'at most'],
  ['from the future', '2026-06-10T12:00:01Z', 'not-run', 'a clock is wrong'],
])('a database %s', (_name, updatedAt, verdict, detail) => {
  expect(databaseAgeCheck('VULN', { updatedAt: new Date(updatedAt), age: '24h' }, NOW)).toMatchObject({
    id: 'VULN-DATABASE-AGE',
    verdict,
    detail: expect.stringContaining(detail),
  });
});

test('an age of less than an hour is told in minutes', () => {
  const updatedAt = new Date('2026-06-10T11:38:30Z');
  expect(databaseAgeCheck('VULN', { updatedAt, age: '1m' }, NOW).detail).toContain('21 minutes ago');
});
