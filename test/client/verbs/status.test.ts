import { expect, it } from 'vitest';
import { timeSpan } from '../../../client/output/duration.ts';
import { table } from '../../../client/verbs/status.ts';
import { parsePort, parseServices } from '../../../client/verbs/up.ts';

it.each([
  [0, '0s'],
  [-5, '0s'],
  [59_999, '59s'],
  [60_000, '1m 0s'],
  [3_600_000 + 125_000, '1h 2m'],
  [90_000_000, '1d 1h'],
])('shows %d ms as %s', (milliseconds, text) => {
  expect(timeSpan(milliseconds)).toBe(text);
});

it('shows what runs, and below it why something does not', () => {
  const common = { address: '127.0.0.1:1', ports: {}, readyAfterMs: 5, log: '/logs/x.log', lastLines: [] };
  const services = [
    {
      ...common,
      name: 'registry',
      state: 'running' as const,
      pid: 7,
      startedAt: '2026-11-22T00:00:00.000Z',
      restarts: 0,
      reason: null,
    },
    {
      ...common,
      name: 'fulcio',
      state: 'failed' as const,
      pid: null,
      startedAt: null,
      restarts: 1,
      reason: 'was killed',
      lastLines: ['last words'],
    },
  ];
  expect(table(services, new Date('2026-11-22T00:01:05Z'))).toBe(
    [
      'SERVICE   STATE    PID  ADDRESS      UP     RESTARTS  LOG',
      'registry  running  7    127.0.0.1:1  1m 5s  0         /logs/x.log',
      'fulcio    failed   -    127.0.0.1:1  -      1         /logs/x.log',
      'fulcio: was killed',
      '  last words',
    ].join('\n'),
  );
});

it('takes services by name and by group', () => {
  expect(parseServices('registry, temporal')).toEqual(['registry', 'temporal']);
  expect(parseServices('sigstore')).toHaveLength(5);
});

it('refuses an unknown service with the nearest name', () => {
  expect(() => parseServices('registri')).toThrow('did you mean registry?');
});

it('collects ports', () => {
  expect(parsePort('temporal-ui=8233', parsePort('registry=5005'))).toEqual({
    registry: 5005,
    'temporal-ui': 8233,
  });
});

it.each(['registry', 'registry=', 'registry=0', 'registry=65536', 'registry=5e3', 'registry=-1'])(
  'refuses --port %s',
  (text) => {
    expect(() => parsePort(text)).toThrow('is not <name>=<number');
  },
);

it('refuses a port of nothing', () => {
  expect(() => parsePort('registri=5005')).toThrow('did you mean registry?');
});
