import { describe, expect, it } from 'vitest';
import { examine } from '../../../client/doctor/doctor.ts';
import type { Host } from '../../../adapters/host/host.ts';
import { NOT_THERE, patientWith, says, type Expectation, type Symptoms } from './patient.ts';

const GIB = 1024 ** 3;
const REFUSED = 'bwrap: No permissions to create new namespace';

const ROWS: readonly Expectation[] = [
  {
    id: 'sandbox',
    when: 'bubblewrap is missing',
    symptoms: { commands: { bwrap: NOT_THERE } },
    verdict: 'skip',
    detail: 'bubblewrap is not there',
  },
  {
    id: 'sandbox',
    when: 'namespaces are refused',
    symptoms: { commands: { bwrap: (args) => (args[0] === '--version' ? says('0.8') : says(REFUSED, 1)) } },
    verdict: 'fail',
    detail: REFUSED,
    fix: '--privileged',
  },
  {
    id: 'sandbox',
    when: 'Debian forbids them',
    symptoms: {
      commands: { bwrap: says(REFUSED, 1) },
      files: { '/proc/sys/kernel/unprivileged_userns_clone': '0\n' },
    },
    verdict: 'fail',
    detail: REFUSED,
    fix: 'sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    id: 'sandbox',
    when: 'AppArmor forbids them',
    symptoms: {
      commands: { bwrap: says(REFUSED, 1) },
      files: { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' },
    },
    verdict: 'fail',
    detail: REFUSED,
    fix: 'apparmor_restrict_unprivileged_userns=0',
  },
  {
    id: 'network-isolation',
    when: 'a server outside is reached',
    symptoms: isolation({ kind: 'ran', interfaces: ['lo'], connected: true }),
    verdict: 'fail',
    detail: 'reached a server outside',
    fix: 'Do not build',
  },
  {
    id: 'network-isolation',
    when: 'another interface is seen',
    symptoms: isolation({ kind: 'ran', interfaces: ['lo', 'eth0'], connected: false }),
    verdict: 'fail',
    detail: 'sees eth0',
  },
  {
    id: 'network-isolation',
    when: 'it is refused',
    symptoms: isolation({ kind: 'refused', reason: 'unshare: Operation not permitted' }),
    verdict: 'fail',
    detail: 'Operation not permitted',
    fix: 'container',
  },
  {
    id: 'network-isolation',
    when: 'there is no unshare',
    symptoms: isolation({ kind: 'missing' }),
    verdict: 'fail',
    detail: 'no unshare',
    fix: 'util-linux',
  },
  {
    id: 'disk-state',
    when: '9 GiB are free',
    symptoms: { host: { freeBytes: () => Promise.resolve(9 * GIB) } },
    verdict: 'warn',
    detail: '9.0 GiB free at /state',
    fix: 'FOUNDRY_STATE_DIR',
  },
  {
    id: 'disk-cache',
    when: '1 GiB is free',
    symptoms: { host: { freeBytes: () => Promise.resolve(GIB) } },
    verdict: 'fail',
    detail: '1.0 GiB free at /cache',
    fix: 'FOUNDRY_CACHE_DIR',
  },
  {
    id: 'memory',
    when: 'there are 3 GiB',
    symptoms: { host: { memoryBytes: () => 3 * GIB } },
    verdict: 'warn',
    detail: '3.0 GiB',
    fix: 'more memory',
  },
  {
    id: 'clock',
    when: 'it is before the newest commit',
    symptoms: clock('2020-01-01T00:00:00Z'),
    verdict: 'fail',
    detail: 'is before the newest commit',
    fix: 'timedatectl set-ntp true',
  },
  {
    id: 'clock',
    when: 'there is no git and it is before the checkout',
    symptoms: { ...clock('2020-01-01T00:00:00Z'), commands: { git: NOT_THERE } },
    verdict: 'fail',
    detail: 'is before the checkout itself',
  },
  {
    id: 'clock',
    when: "it is a few seconds behind a colleague's",
    symptoms: clock('2026-11-22T10:59:40Z'),
    verdict: 'pass',
    detail: 'after everything',
  },
  {
    id: 'clock',
    when: 'it jumps',
    symptoms: clock('2026-11-22T12:00:00Z', -3_600_000),
    verdict: 'warn',
    detail: 'jumped by -3600000 ms',
  },
  {
    id: 'clock',
    when: 'the system knows that it is off',
    symptoms: { commands: { timedatectl: says('no') } },
    verdict: 'warn',
    detail: 'not synchronised',
  },
  {
    id: 'clock',
    when: 'the system knows that it is right',
    symptoms: { commands: { timedatectl: says('yes') } },
    verdict: 'pass',
    detail: '; synchronised',
  },
];

describe.each(ROWS)('$id: $when', ({ id, symptoms, verdict, detail, fix }) => {
  it(`is a ${verdict}`, async () => {
    const { checks } = await examine(patientWith(symptoms));
    const found = checks.find((check) => check.id === id);

    expect(found).toMatchObject({ verdict, detail: expect.stringContaining(detail) });
    expect(found?.fix ?? '').toContain(fix ?? '');
    expect(found?.verdict === 'fail' && found.fix === undefined).toBe(false);
  });
});

function isolation(seen: Awaited<ReturnType<Host['networkIsolation']>>): Symptoms {
  return { host: { networkIsolation: () => Promise.resolve(seen) } };
}

function clock(now: string, jumpMs = 0): Symptoms {
  return { host: { clock: () => Promise.resolve({ now: new Date(now), jumpMs }) } };
}
