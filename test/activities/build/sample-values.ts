import type { BlueprintValues } from '../../../activities/build/blueprint.ts';
import { sha256 } from '../../../domain/digest.ts';

/** Values for every placeholder. */
export const SAMPLE_VALUES: BlueprintValues = {
  provider: {
    version: '3.1.2',
    revision: 0,
    archive: 'openssl-3.1.2.tar.gz',
    sha256: sha256('the archive of the provider'),
  },
  core: {
    version: '3.5.6',
    revision: 2,
    archive: 'openssl-3.5.6.tar.gz',
    sha256: sha256('the archive of the core'),
  },
  build: { packages: ['bash=5.2.37-r0', 'gcc=14.2.0-r0'] },
  standard: { packages: ['bash=5.2.37-r0', 'glibc=2.41-r0'] },
  distroless: { packages: ['glibc=2.41-r0'] },
  development: { packages: ['bash=5.2.37-r0', 'gcc=14.2.0-r0', 'glibc=2.41-r0'] },
  own: {
    provider: 'openssl-fips-provider=3.1.2-r0',
    core: ['libcrypto3=3.5.6-r2', 'libssl3=3.5.6-r2', 'openssl=3.5.6-r2'],
    configuration: 'openssl-fips-config=3.5.6-r2',
    development: ['openssl-dev=3.5.6-r2'],
  },
};
