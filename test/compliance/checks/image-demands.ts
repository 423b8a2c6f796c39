import type {
  CheckDefinition,
  EntryFilter,
  Requirement,
} from '../../../activities/selftest/check-definition.ts';

/** What demands how an image is made, beside the standards of cryptography. */
export const imageDemand = {
  cis: (section: string): Requirement => ({ standard: 'CIS Docker Benchmark v1.6.0', section }),
  nist: (section: string): Requirement => ({ standard: 'NIST SP 800-190', section }),
  kubernetes: (section: string): Requirement => ({
    standard: 'NSA and CISA Kubernetes Hardening Guide v1.2',
    section,
  }),
  oci: (section: string): Requirement => ({ standard: 'OCI image specification 1.1', section }),
} as const;

/** No entry, no text, no fact: what must not be there at all. */
export const NOTHING = { all: [] } as const;

/** The libraries of OpenSSL as every image has them. */
export const LIBRARIES = ['file 0755 0:0 /usr/lib/libcrypto.so.3', 'file 0755 0:0 /usr/lib/libssl.so.3'];

/** A check of all images, or of some. */
export function checkOf(
  id: string,
  title: string,
  requirement: Requirement,
  probes: CheckDefinition['probes'],
  variants?: CheckDefinition['variants'],
): CheckDefinition {
  return { id, title, requirement, ...(variants === undefined ? {} : { variants }), probes };
}

/** There is nothing of a kind, by its place. */
export function without(
  id: string,
  title: string,
  requirement: Requirement,
  entries: EntryFilter,
  variants?: CheckDefinition['variants'],
): CheckDefinition {
  return checkOf(id, title, requirement, [{ entries, lines: NOTHING }], variants);
}
