import { FoundryError } from '../errors.ts';
import { CommitId, OpensslVersion } from './values.ts';
import type { Platform, Variant } from './variant.ts';

const TAG_SUFFIXES = {
  standard: '',
  distroless: '-distroless',
  development: '-dev',
} as const satisfies Record<Variant, string>;

/** Which release it is: the same version at the same commit is the same release, however often it is asked for. */
export interface ReleaseIdentity {
  /** Of the core. */
  readonly version: string;
  /** The git commit that holds the pins, 40 hex digits. */
  readonly commit: string;
}

/** Throws FND_BAD_INPUT unless the version is one of OpenSSL's and the commit is named in full. */
export function releaseIdentity(version: string, commit: string): ReleaseIdentity {
  if (!OpensslVersion.safeParse(version).success) {
    throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(version)} is not a version of the core`);
  }
  if (!CommitId.safeParse(commit).success) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${JSON.stringify(commit)} is not a commit of 40 lower-case hex digits`,
      {
        hint: 'Name the whole commit: `git rev-parse HEAD`.',
      },
    );
  }
  return { version, commit };
}

/** The id of the workflow that makes a release. */
export function releaseWorkflowId({ version, commit }: ReleaseIdentity): string {
  return `release-${version}-${commit}`;
}

/** The id of the workflow that makes one image of a release. */
export function imageWorkflowId(identity: ReleaseIdentity, variant: Variant, platform: Platform): string {
  return `${releaseWorkflowId(identity)}-${variant}-${platform.replace('/', '-')}`;
}

/** The tag of a variant: `3.5.7`, `3.5.7-distroless`, `3.5.7-dev`. */
export function tagOf(version: string, variant: Variant): string {
  return `${version}${TAG_SUFFIXES[variant]}`;
}

/** The tag of the signed record of a release. */
export function recordTag({ version, commit }: ReleaseIdentity): string {
  return `record-${version}-${commit.slice(0, 12)}`;
}

const RECORD_TAG = /^record-(\d+\.\d+\.\d+)-([0-9a-f]{12})$/;

/** What a tag of the form of {@link recordTag} says: the version, and the beginning of the commit. Undefined for any other tag. */
export function parseRecordTag(tag: string): { version: string; shortCommit: string } | undefined {
  const [, version, shortCommit] = RECORD_TAG.exec(tag) ?? [];
  return version === undefined || shortCommit === undefined ? undefined : { version, shortCommit };
}

/** The tag of the newest record of a version. */
export function newestRecordTag(version: string): string {
  return `record-${version}`;
}

/** The tag of the signed packages of a release. */
export function packagesTag({ version, commit }: ReleaseIdentity): string {
  return `packages-${version}-${commit.slice(0, 12)}`;
}

const BOOKKEEPING = [
  RECORD_TAG,
  /^record-\d+\.\d+\.\d+$/,
  /^packages-\d+\.\d+\.\d+-[0-9a-f]{12}$/,
  /^withdrawal-\d+\.\d+\.\d+-[0-9a-f]{12}(?:-[a-z]+)?$/,
  // The list of what refers to a manifest, where a registry keeps none (OCI distribution specification 1.1).
  /^sha256-[0-9a-f]{64}$/,
];

/** Whether a tag of the published repository stands for something beside the images: a record, packages, a withdrawal, a list of attestations. */
export function isBookkeepingTag(tag: string): boolean {
  return BOOKKEEPING.some((form) => form.test(tag));
}

/** Whether a tag has the form of {@link tagOf}, for whatever version and variant. */
export function isImageTag(tag: string): boolean {
  return Object.values(TAG_SUFFIXES).some((suffix) => {
    const version = suffix === '' ? tag : tag.slice(0, -suffix.length);
    return tag === `${version}${suffix}` && OpensslVersion.safeParse(version).success;
  });
}
