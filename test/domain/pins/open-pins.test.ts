import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingPins, requirePins } from '../../../domain/pins/open-pins.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { SAMPLE, samplePins } from './sample-pins.ts';

describe('open pins', () => {
  it('are none when every pin is there', () => {
    expect(missingPins(readVersions(SAMPLE, 'versions.hcl'))).toEqual([]);
    expect(samplePins().base.digest).toBe(`sha256:${'4'.repeat(64)}`);
  });

  it('are named one by one', () => {
    const open = SAMPLE.replaceAll(/^ +(?:sha256|digest) .*\n/gm, '').replace('["bash"]', '["bash", "gdb"]');
    const versions = readVersions(open.replace('  versions = {}\n', ''), 'versions.hcl');

    expect(missingPins(versions).map(({ path }) => path.join(' '))).toEqual([
      'core sha256',
      'provider sha256',
      'base digest',
      'repository key sha256',
      'packages standard versions gdb',
      'packages distroless versions',
    ]);
  });

  it('are one for a single root without a version', () => {
    const versions = readVersions(SAMPLE.replace('["bash"]', '["g++"]'), 'v.hcl');

    expect(() => requirePins(versions, 'v.hcl')).toThrow(
      'v.hcl leaves 1 pin open:\n  packages.standard.versions["g++"]: the exact version of g++',
    );
  });

  it('of this repository are what only the real upstream can tell', () => {
    const text = readFileSync(new URL('../../../versions.hcl', import.meta.url), 'utf8');
    const versions = readVersions(text, 'versions.hcl');

    expect(versions.core.version).toBe('3.5.8');
    expect(versions.provider.certificate).toBe(4985);
    expect(() => requirePins(versions, 'versions.hcl')).toThrow(
      expect.objectContaining({
        code: 'FND_UNPINNED',
        message: [
          'versions.hcl leaves 6 pins open:',
          '  base.digest: the digest of cgr.dev/chainguard/wolfi-base:latest',
          '  repository.key.sha256: the key that signs the package index',
          '  packages.standard.versions: the packages, each at its exact version',
          '  packages.distroless.versions: the packages, each at its exact version',
          '  packages.development.versions: the packages, each at its exact version',
          '  packages.build.versions: the packages, each at its exact version',
        ].join('\n'),
        hint: 'Run `./foundry ingest`: it resolves, verifies and writes them.',
      }),
    );
  });
});
