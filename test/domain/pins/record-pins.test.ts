import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOciDigest, sha256 } from '../../../domain/digest.ts';
import { missingPins } from '../../../domain/pins/open-pins.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { recordPins } from '../../../domain/pins/record-pins.ts';
import { SAMPLE } from './sample-pins.ts';

const DIGEST = parseOciDigest(`sha256:${'9'.repeat(64)}`, 'test');

describe('recordPins', () => {
  it('gives the same bytes for equal pins', () => {
    const { core, packages } = readVersions(SAMPLE, 'versions.hcl');
    const { version, released, revision } = core;

    expect(recordPins(SAMPLE, 'v.hcl', {})).toBe(SAMPLE);
    expect(
      recordPins(SAMPLE, 'v.hcl', {
        core: { version, released, revision },
        packages: { standard: packages.standard?.versions ?? {}, distroless: {} },
      }),
    ).toBe(SAMPLE);
  });

  it('bumps the core and changes nothing else', () => {
    const bumped = recordPins(SAMPLE, 'v.hcl', {
      core: { version: '3.5.8', released: '2026-08-25', sha256: sha256('x') },
    });

    expect(bumped).toBe(
      SAMPLE.replace('"3.5.7"', '"3.5.8"')
        .replace('2026-06-09', '2026-08-25')
        .replace('1'.repeat(64), sha256('x')),
    );
  });

  it('lets a closure grow and shrink, with the comments that stay', () => {
    const recorded = recordPins(SAMPLE, 'v.hcl', {
      packages: { standard: { bash: '5.3-r3', glibc: '2.43-r0' }, distroless: { glibc: '2.43-r0' } },
    });

    expect(recorded).toContain('    "bash"      = "5.3-r3" # the shell\n    "glibc" = "2.43-r0"\n  }\n');
    expect(recorded).toContain('  roots    = []\n  versions = {\n    "glibc" = "2.43-r0"\n  }\n');
    expect(recorded).not.toContain('libstdc++');
  });

  it('fills the open pins of this repository', () => {
    const text = readFileSync(new URL('../../../versions.hcl', import.meta.url), 'utf8');
    const { packages } = readVersions(text, 'versions.hcl');
    const closures = Object.entries(packages).map(([purpose, { roots }]) => [
      purpose,
      Object.fromEntries(roots.map((name) => [name, '1.0-r0'])),
    ]);

    const recorded = recordPins(text, 'versions.hcl', {
      baseDigest: DIGEST,
      keySha256: sha256('key'),
      packages: Object.fromEntries(closures) as Record<string, Record<string, string>>,
    });

    expect(missingPins(readVersions(recorded, 'versions.hcl'))).toEqual([]);
    const old = new Set(text.split('\n'));
    const kept = recorded.split('\n').filter((line) => old.has(line));
    expect(kept.filter((line) => line.startsWith('#'))).toEqual(
      text.split('\n').filter((line) => line.startsWith('#')),
    );
    expect(recorded).toContain(`  digest = "${DIGEST}"\n`);
    expect(recorded).toContain(`    sha256 = "${sha256('key')}"\n`);
  });

  it.each([
    [{ core: { version: '3.6.0' } }, 'core.version: 3.6.0 is not of the line 3.5'],
    [{ provider: { version: '3.1.3' } }, 'certificate 4985 covers 3.1.2, not 3.1.3'],
    [{ packages: { standard: { libssl3: '3.6.3-r0' } } }, 'libssl3 is built from source'],
    [{ packages: { standard: { 'a"b': '1-r0' } } }, 'expected the name of an apk package'],
    [
      { packages: { development: { gcc: '1-r0' } } },
      'there is no place to add packages.development.versions',
    ],
  ])('refuses %j', (pins, reason) => {
    expect(() => recordPins(SAMPLE, 'v.hcl', pins)).toThrow(
      expect.objectContaining({ code: 'FND_BAD_PINS', message: expect.stringContaining(reason) as string }),
    );
  });
});
