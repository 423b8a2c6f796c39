import { expect, test } from 'vitest';
import {
  type NetworkEvidence,
  reasonsAgainstIsolation,
  requireIsolation,
} from '../../../adapters/sandbox/network-evidence.ts';

const HOLDS: NetworkEvidence = {
  schemaVersion: 1,
  builder: 'a',
  control: [{ target: 'loopback', reached: true, answer: 'connected' }],
  inside: {
    attempts: [{ target: 'loopback', reached: false, answer: 'ECONNREFUSED' }],
    interfaces: ['lo'],
    routes: 0,
    namespace: 'net:[2]',
  },
  separateNamespace: true,
};

test('evidence of a sandbox that holds has nothing against it', () => {
  expect(reasonsAgainstIsolation(HOLDS)).toEqual([]);
});

test.each<[string, Partial<NetworkEvidence>, string]>([
  [
    'something was reached',
    { inside: { ...HOLDS.inside, attempts: [{ target: 'loopback', reached: true, answer: 'connected' }] } },
    'builder a reached loopback',
  ],
  [
    'there is an interface',
    { inside: { ...HOLDS.inside, interfaces: ['lo', 'eth0'] } },
    'has the interface eth0',
  ],
  ['there is a route', { inside: { ...HOLDS.inside, routes: 1 } }, 'has 1 routes'],
  ['it is our own namespace', { separateNamespace: false }, 'our own network namespace'],
  [
    'the control failed, so the answer means nothing',
    { control: [{ target: 'loopback', reached: false, answer: 'ECONNREFUSED' }] },
    'could not be reached from outside either',
  ],
  [
    'a target was not tried inside',
    { control: [...HOLDS.control, { target: 'own address 1', reached: true, answer: 'connected' }] },
    'own address 1 was not tried from inside',
  ],
])('it does not hold when %s', (_, change, reason) => {
  const evidence = { ...HOLDS, ...change };
  expect(reasonsAgainstIsolation(evidence).join()).toContain(reason);
  expect(() => requireIsolation(evidence)).toThrow(expect.objectContaining({ code: 'FND_NOT_HERMETIC' }));
});
