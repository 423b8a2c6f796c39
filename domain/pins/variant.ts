/** The three images of a release. */
export const VARIANTS = ['standard', 'distroless', 'development'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What packages are pinned for: an image each, and the environment that OpenSSL is built in. */
export const PURPOSES = [...VARIANTS, 'build'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The platforms an image can be made for, as OCI writes them. */
export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof PLATFORMS)[number];

const ARCHITECTURES = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64' } as const satisfies Record<
  Platform,
  string
>;

/** The architecture as apk repositories write it. */
export type Architecture = (typeof ARCHITECTURES)[Platform];

/** What apk calls the architecture of a platform. */
export function architectureOf(platform: Platform): Architecture {
  return ARCHITECTURES[platform];
}

/** The package with which images are tested; it is in none. */
export const SUITE_PACKAGE = 'openssl-fips-suite';

/** The packages that the foundry builds itself; no image takes them from a repository. */
const OWN_PACKAGES = [
  'libcrypto3',
  'libssl3',
  'openssl',
  'openssl-dev',
  'openssl-fips-config',
  'openssl-fips-provider',
  SUITE_PACKAGE,
] as const;

/** Whether the foundry builds a package itself. */
export function isOwnPackage(name: string): boolean {
  return OWN_PACKAGES.some((own) => own === name);
}

/** A package manager has no place in an image, and needs the OpenSSL that ours replaces; the other is an empty package that asks for it. */
const LEFT_OUT = ['apk-tools', 'wolfi-base'] as const;

/** Whether a package of the base image is one that no image takes over. */
export function isLeftOut(name: string): boolean {
  return LEFT_OUT.some((one) => one === name);
}
