import { describe, expect, it } from 'vitest';
import { checksFor, examine } from '../../../client/doctor/doctor.ts';
import { patientWith } from './patient.ts';

const GIB = 1024 ** 3;

describe('the doctor', () => {
  it('passes a healthy machine, question by question in a fixed order', async () => {
    const { verdict, checks } = await examine(patientWith());

    expect(verdict).toBe('pass');
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual([
      'node',
      'npm-dependencies',
      'go',
      'git',
      'bubblewrap',
      'setpriv',
      'flock',
      'prlimit',
      'tar',
      'gzip',
      'apt',
      'dpkg-deb',
      'cargo',
      'unifdef',
      'perl',
      'openssl',
      'sandbox',
      'network-isolation',
      'disk-state',
      'disk-cache',
      'memory',
      'clock',
      'tool-crane',
      'temporal',
      'registry',
      'sigstore',
      'registry-login',
    ]);
  });

  it('gives every question its own id', () => {
    const ids = checksFor(patientWith()).map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('turns a check that breaks into a fail, and goes on', async () => {
    const broken = { host: { freeBytes: () => Promise.reject(new Error('statfs: I/O error')) } };
    const { verdict, checks } = await examine(patientWith(broken));

    expect(verdict).toBe('fail');
    expect(checks.find(({ id }) => id === 'disk-state')?.detail).toContain('statfs: I/O error');
    expect(checks.find(({ id }) => id === 'memory')?.verdict).toBe('pass');
  });

  it('calls the whole a warning when nothing fails and something warns', async () => {
    const { verdict } = await examine(patientWith({ host: { memoryBytes: () => 2 * GIB } }));

    expect(verdict).toBe('warn');
  });
});
