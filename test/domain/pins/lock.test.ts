import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../domain/digest.ts';
import {
  entryText,
  lockedPackages,
  readLock,
  renderLock,
  type LockEntry,
} from '../../../domain/pins/lock.ts';
import { lockedInputs, requireLockOf } from '../../../domain/pins/lock-fit.ts';
import { SAMPLE, sampleFiles, sampleLock, samplePins } from './sample-pins.ts';

const GOLDEN = new URL('../../golden/pins/versions.lock.json', import.meta.url);

function lockWith(files: LockEntry[]): ReturnType<typeof sampleLock> {
  return { ...sampleLock(), files };
}

function without(text: string): LockEntry[] {
  return sampleFiles().filter((entry) => entryText(entry) !== text);
}

describe('the lock', () => {
  it('is written in one form, whatever the order it was made in', () => {
    const text = renderLock(sampleLock());

    expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
    expect(renderLock(lockWith(sampleFiles().toReversed()))).toBe(text);
    expect(renderLock(readLock(text, 'x'))).toBe(text);
  });

  it('gives the closure of a purpose and platform', () => {
    const names = lockedPackages(sampleLock(), 'standard', 'linux/amd64').map(({ name }) => name);

    expect(names).toEqual(['bash', 'libstdc++']);
    expect(lockedPackages(sampleLock(), 'standard', 'linux/arm64')).toEqual([]);
    expect(lockedPackages(sampleLock(), 'distroless', 'linux/amd64')).toEqual([]);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{}', 'schemaVersion'],
    [renderLock(sampleLock()).replace('"size": 10', '"size": 0'), 'files.0.size'],
    [renderLock(sampleLock()).replace('"size": 10', '"size": 10, "extra": 1'), 'files.0'],
    [renderLock(sampleLock()).replace(sha256('x'), sha256('x').toUpperCase()), 'expected a SHA-256'],
    [renderLock(sampleLock()).replace('"kind": "package"', '"kind": "blob"'), 'kind'],
    [renderLock(sampleLock()).replace('  "pins"', ' "pins"'), 'it is not as the foundry writes it'],
    [renderLock(sampleLock()).trimEnd(), 'it is not as the foundry writes it'],
    [
      renderLock(sampleLock()).replace('"schemaVersion": 1,', '"schemaVersion": 1, "schemaVersion": 1,'),
      'it is not as',
    ],
  ])('refuses to read %j', (text, reason) => {
    expect(() => readLock(text, 'versions.lock.json')).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_DATA',
        message: expect.stringMatching(/^versions\.lock\.json is not a lock: /) as string,
      }),
    );
    expect(() => readLock(text, 'versions.lock.json')).toThrow(reason);
  });

  it('refuses the same file twice, and two promises for one address', () => {
    const [first] = sampleFiles();
    const twice = first === undefined ? [] : [first, first];
    const torn = sampleFiles().map((entry) => (entry.name === 'provider' ? { ...entry, size: 11 } : entry));

    expect(() => renderLock(lockWith(twice))).toThrow(
      'the lock names libstdc++ 15.2.0-r1 (linux/amd64) twice',
    );
    expect(() => renderLock(lockWith(torn))).toThrow('different bytes for https://example.com/pubkeys.asc');
  });
});

describe('what a lock belongs to', () => {
  it('does not depend on comments, spelling, order, policy, waivers, statements and holds', () => {
    const other = SAMPLE.replaceAll(/^(?:hold|vex|waiver)[^}]*}\n/gm, '')
      .replace('severity = "low"', 'severity = "high"')
      .replace('"bash"      = "5.3-r2" # the shell\n', '# comment\nbash = "5.3-r\\u0032"\n')
      .replace('schema = 1\n', 'platforms = ["linux/amd64"]\nschema = 1\n')
      .replace('\nplatforms = ["linux/amd64"]\n\npackages', '\n\npackages');

    expect(lockedInputs(samplePins(other))).toBe(lockedInputs(samplePins()));
    expect(() => requireLockOf(samplePins(other), sampleLock(), 'x')).not.toThrow();
  });

  it.each([
    ['"gcc" = "15.2.0-r1"', '"gcc" = "15.2.0-r2"'],
    ['["bash"]', '[]'],
    ['/os"', '/next"'],
    ['release.yaml', 'other.yaml'],
    ['A'.repeat(40), 'C'.repeat(40)],
    ['3'.repeat(64), '6'.repeat(64)],
    ['["linux/amd64"]', '["linux/amd64", "linux/arm64"]'],
  ])('depends on %s', (right, other) => {
    expect(lockedInputs(samplePins(SAMPLE.replace(right, other)))).not.toBe(lockedInputs(samplePins()));
  });

  it.each<[string, LockEntry[], string]>([
    [SAMPLE.replace('5.3-r2', '5.3-r3'), sampleFiles(), 'standard: bash 5.3-r3 is pinned and not locked'],
    [SAMPLE.replace('5.3-r2', '5.3-r3'), sampleFiles(), 'standard: bash 5.3-r2 is locked and not pinned'],
    [SAMPLE, without('core source'), 'the archive of core 3.5.7 is pinned and not locked'],
    [SAMPLE, without('provider source-signature'), 'the signature of provider is not locked'],
    [SAMPLE, without('core source-keys'), 'the public keys of core are not locked'],
    [SAMPLE, without('base image-index'), 'the base image sha256:444'],
    [SAMPLE, without('base image-signature'), 'the signature of the base image is not locked'],
    [SAMPLE, without('base image-config (linux/amd64)'), 'the base image for linux/amd64 is not locked'],
    [SAMPLE, without('repository package-key'), 'the key of the repository is pinned and not locked'],
    [
      SAMPLE,
      without('repository package-index (linux/amd64)'),
      'the package index for linux/amd64 is not locked',
    ],
    [
      SAMPLE.replace('["linux/amd64"]', '["linux/arm64"]'),
      sampleFiles(),
      'bash 5.3-r2 (linux/amd64) is for a platform that is not released',
    ],
    [
      SAMPLE.replace('["linux/amd64"]', '["linux/amd64", "linux/arm64"]'),
      sampleFiles(),
      'build: no package is locked for linux/arm64',
    ],
    [SAMPLE.replace('A'.repeat(40), 'C'.repeat(40)), sampleFiles(), 'it was made for other pins'],
  ])('refuses a lock that does not fit (%#)', (text, files, reason) => {
    expect(() => requireLockOf(samplePins(text), lockWith(files), 'versions.lock.json')).toThrow(
      expect.objectContaining({
        code: 'FND_STALE_LOCK',
        message: expect.stringContaining(reason) as string,
        hint: 'Run `./foundry ingest`: it writes the lock anew.',
      }),
    );
  });

  it('refuses packages of a purpose that is not pinned', () => {
    const files = sampleFiles().map((entry) =>
      entry.kind === 'package' && entry.name === 'gcc'
        ? { ...entry, purposes: ['build' as const, 'development' as const] }
        : entry,
    );

    expect(() => requireLockOf(samplePins(), lockWith(files), 'x')).toThrow(
      'gcc 15.2.0-r1 (linux/amd64) is for development, which is not pinned',
    );
  });
});
