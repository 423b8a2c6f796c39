import { FoundryError } from '../../../domain/errors.ts';
import type { Platform, Variant } from '../../../domain/pins/variant.ts';
import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { AES_CHECKS } from './aes.ts';
import { DIGEST_CHECKS } from './digests.ts';
import { ENVIRONMENT_CHECKS } from './environment.ts';
import { IMAGE_CHECKS } from './image.ts';
import { INTEGRITY_CHECKS } from './integrity.ts';
import { KAT_CHECKS } from './kat.ts';
import { KEY_DERIVATION_CHECKS } from './key-derivation.ts';
import { MAC_CHECKS } from './macs.ts';
import { METADATA_CHECKS } from './metadata.ts';
import { POLICY_CHECKS } from './policy.ts';
import { RANDOM_CHECKS } from './random.ts';
import { IDENTITY_CHECKS } from './identity.ts';
import { SELF_TEST_CHECKS } from './self-tests.ts';
import { TLS_CHECKS } from './tls.ts';
import { SIGNATURE_CHECKS } from './signatures.ts';
import { KEY_ESTABLISHMENT_CHECKS } from './key-establishment.ts';
import { POST_CHECKS } from './post.ts';
import { VECTOR_CHECKS } from './vectors.ts';

/** Checks of one kind, in the order they are told. */
export interface CheckGroup {
  /** What the ids begin with. */
  readonly prefix: string;
  readonly title: string;
  readonly checks: readonly CheckDefinition[];
}

/** Every check there is. */
export const CHECK_GROUPS: readonly CheckGroup[] = [
  { prefix: 'FIPS-POST', title: 'The module comes up by itself, and nothing else does', checks: POST_CHECKS },
  { prefix: 'FIPS-ISO', title: 'Identity and isolation of the provider', checks: IDENTITY_CHECKS },
  { prefix: 'FIPS-KAT', title: 'Every self-test is done, and each one can fail', checks: KAT_CHECKS },
  { prefix: 'FIPS-CST', title: 'Self-tests while it runs, and the error state', checks: SELF_TEST_CHECKS },
  {
    prefix: 'FIPS-INT',
    title: 'The module that was built, and no other one works',
    checks: INTEGRITY_CHECKS,
  },
  { prefix: 'FIPS-ENV', title: 'A hostile environment', checks: ENVIRONMENT_CHECKS },
  { prefix: 'FIPS-DIG', title: 'Approved digests', checks: DIGEST_CHECKS },
  { prefix: 'FIPS-MAC', title: 'Approved message authentication codes', checks: MAC_CHECKS },
  { prefix: 'FIPS-KDF', title: 'Approved key derivation functions', checks: KEY_DERIVATION_CHECKS },
  { prefix: 'FIPS-AES', title: 'AES in its modes', checks: AES_CHECKS },
  { prefix: 'FIPS-RNG', title: 'Random bytes', checks: RANDOM_CHECKS },
  { prefix: 'FIPS-VEC', title: 'Published vectors, by OpenSSL’s own test', checks: VECTOR_CHECKS },
  { prefix: 'FIPS-TLS', title: 'TLS', checks: TLS_CHECKS },
  { prefix: 'FIPS-SIG', title: 'Signatures and key pairs', checks: SIGNATURE_CHECKS },
  { prefix: 'FIPS-KEY', title: 'Key agreement and key transport', checks: KEY_ESTABLISHMENT_CHECKS },
  { prefix: 'FIPS-POL', title: 'What is not approved, and ways around', checks: POLICY_CHECKS },
  { prefix: 'FIPS-IMG', title: 'The image as a container, hardened', checks: IMAGE_CHECKS },
  {
    prefix: 'FIPS-META',
    title: 'What the image says about itself, and what it is composed of',
    checks: METADATA_CHECKS,
  },
];

/** The checks for an image. Throws FND_BAD_DATA, naming it, for a definition that cannot be used. */
export function checksFor(variant: Variant, platform: Platform): readonly CheckDefinition[] {
  requireSound(CHECK_GROUPS);
  return CHECK_GROUPS.flatMap(({ checks }) => checks).filter(
    ({ variants, platforms }) =>
      (variants === undefined || variants.includes(variant)) &&
      (platforms === undefined || platforms.includes(platform)),
  );
}

/** Throws FND_BAD_DATA for an id that is used twice or is not of its group, and for a demand without standard or section. */
export function requireSound(groups: readonly CheckGroup[]): void {
  const seen = new Set<string>();
  for (const { prefix, checks } of groups) {
    for (const { id, title, requirement } of checks) {
      const reason = seen.has(id)
        ? 'is there twice'
        : !new RegExp(`^${prefix}-\\d{3}$`).test(id)
          ? `is no id of ${prefix}`
          : [title, requirement.standard, requirement.section].includes('')
            ? 'has no title, or does not say what demands it'
            : undefined;
      if (reason !== undefined) throw new FoundryError('FND_BAD_DATA', `check ${id} ${reason}`);
      seen.add(id);
    }
  }
}
