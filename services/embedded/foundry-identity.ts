import type { IdentityDescription } from '../sigstore/identities.ts';

/** The identity the foundry signs its releases with on the embedded Sigstore. */
export const FOUNDRY_IDENTITY: IdentityDescription = {
  name: 'foundry',
  repository: 'foundry/wolfi-openssl-fips',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/heads/main',
};
