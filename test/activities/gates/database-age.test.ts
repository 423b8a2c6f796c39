import { expect, test } from 'vitest';
import { databaseAgeCheck } from '../../../activities/gates/database-age.ts';

const NOW = new Date('2026-06-10T12:00:00Z');

test.each([
  ['as old as it may be', '2026-06-09T12:00:00Z', 'pass', 'it may be 24h old'],
  ['a second older', '2026-06-09T11:59:59Z', 'not-run', '24 hours ago'],
  ['made now', '2026-06-10T12:00:00Z', 'pass', 'it may be'],
  ['from the future', '2026-06-10T12:00:01Z', 'not-run', 'a clock is wrong'],
])('a database %s', (_name, updatedAt, verdict, detail) => {
  expect(databaseAgeCheck('VULN', { updatedAt: new Date(updatedAt), age: '24h' }, NOW)).toMatchObject({
    id: 'VULN-DATABASE-AGE',
    verdict,
    detail: expect.stringContaining(detail),
  });
});
