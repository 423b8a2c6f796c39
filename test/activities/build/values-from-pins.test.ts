import { expect, test } from 'vitest';
import { valuesFromPins } from '../../../activities/build/values-from-pins.ts';
import { SAMPLE, samplePins } from '../../domain/pins/sample-pins.ts';

test('the values of blueprints follow from the pins', () => {
  expect(valuesFromPins(samplePins())).toMatchObject({
    provider: {
      version: '3.1.2',
      revision: 2,
      archive: 'openssl-3.1.2.tar.gz',
    },
    core: { version: '3.5.7', revision: 0, archive: 'openssl-3.5.7.tar.gz', sha256: '1'.repeat(64) },
    standard: { packages: ['bash=5.3-r2', 'libstdc++=15.2.0-r1'] },
    own: {
      provider: 'openssl-fips-provider=3.1.2-r2',
      core: ['libcrypto3=3.5.7-r0', 'libssl3=3.5.7-r0', 'openssl=3.5.7-r0'],
      configuration: 'openssl-fips-config=3.5.7-r0',
      development: ['openssl-dev=3.5.7-r0'],
    },
  });
});

test('they do not depend on where the sources are', () => {
  const elsewhere = samplePins(
    SAMPLE.replaceAll('https://example.com/openssl', 'http://127.0.0.1:8080/mirror/openssl'),
  );
  expect(valuesFromPins(elsewhere)).toEqual(valuesFromPins(samplePins()));
});
