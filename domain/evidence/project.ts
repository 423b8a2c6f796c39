/** Where this project is documented. The URIs of our own formats are pages of it, so that who reads one can look it up. */
export const PROJECT = 'https://github.com/foundry/wolfi-openssl-fips';

/** The build type of our provenance (SLSA provenance v1): what `externalParameters` mean. */
export const BUILD_TYPE = `${PROJECT}/blob/main/docs/build-type-v1.md`;

/** The predicate type of a release record. */
export const RELEASE_RECORD_TYPE = `${PROJECT}/blob/main/docs/release-record-v1.md`;

/** The predicate type of a withdrawal. */
export const WITHDRAWAL_TYPE = `${PROJECT}/blob/main/docs/withdrawal-v1.md`;

/**
 * Who builds, as SLSA's `builder.id`: `embedded` is all workers on one machine, `separate` is the signing worker on a machine of its own.
 * Their security differs, so their ids do.
 */
export const BUILDER_IDS = {
  embedded: `${PROJECT}/blob/main/docs/slsa.md#builder-embedded`,
  separate: `${PROJECT}/blob/main/docs/slsa.md#builder-separate`,
} as const;
export type BuilderKind = keyof typeof BUILDER_IDS;

/** Who verifies, as the `verifier.id` of a verification summary. */
export const VERIFIER_ID = `${PROJECT}/blob/main/docs/slsa.md#verifier`;
