import { PackageURL } from 'packageurl-js';
import { ociDigest, type Sha256 } from '../../../domain/digest.ts';
import type { Finding } from '../../../domain/evidence/gate-result.ts';
import {
  OPENVEX,
  type OpenVex,
  type StatedVulnerability,
  statusNotes,
} from '../../../domain/evidence/openvex.ts';
import { sourceUri } from '../../../domain/evidence/provenance.ts';
import { type FoundStatement, statementsFor } from '../../../domain/pins/policy.ts';
import { architectureOf, type Platform, type Variant } from '../../../domain/pins/variant.ts';
import type { ImageInQuarantine } from '../../artifacts/image-in-quarantine.ts';
import { imagePurl } from '../../evidence/sbom/other-components.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';

/** What a VEX document is made from: the commit, the image, and what its scan found. */
export interface VexInput {
  readonly read: ReadPlan;
  readonly image: ImageInQuarantine;
  /** `registry/repository` that the image is published in. */
  readonly published: string;
  /** Who makes the images. */
  readonly author: string;
  readonly findings: readonly Finding[];
  /** What time it is: a statement that has expired is made no more. */
  readonly now: Date;
}

/** The packages that findings of the origin `openssl` are about: every image has them, development one more. */
const OF_CORE = ['libcrypto3', 'libssl3', 'openssl'];
const CORE_ORIGIN = 'openssl';

/**
 * What persons state in `versions.hcl` about the vulnerabilities of an image, as an OpenVEX document; undefined when that is nothing. It is
 * of the time of the commit, and the same for the same commit, findings and day.
 */
export function vexOf(input: VexInput): OpenVex | undefined {
  const { read, image, author, now } = input;
  const { plan, versions } = read;
  const { variant, platform } = image;
  const standing = statementsFor(versions, variant, now).filter(({ isExpired }) => !isExpired);
  if (standing.length === 0) return undefined;
  return {
    '@context': OPENVEX,
    '@id': `${sourceUri(plan.source)}@${plan.commit}#vex-${variant}-${architectureOf(platform)}`,
    author,
    timestamp: new Date(plan.epoch * 1000).toISOString(),
    version: 1,
    statements: standing.map((statement) => stated(statement, input)),
  };
}

function stated(
  { id, owner, expires, reason, status, justification }: FoundStatement,
  input: VexInput,
): StatedVulnerability {
  const about = { vulnerability: { name: id }, products: productsOf(input, id) };
  switch (status) {
    case 'not_affected':
      return {
        ...about,
        status,
        status_notes: statusNotes(expires, owner),
        ...(justification === undefined ? {} : { justification }),
        impact_statement: reason,
      };
    case 'affected':
      return { ...about, status, status_notes: statusNotes(expires, owner), action_statement: reason };
    case 'fixed':
    case 'under_investigation':
      return { ...about, status, status_notes: statusNotes(expires, owner, reason) };
    default:
      return status satisfies never;
  }
}

/** The index and the manifest, as the subjects of the statement are, with the packages that the vulnerability was found in. */
function productsOf({ image, published, findings }: VexInput, cve: string): StatedVulnerability['products'] {
  const { variant, platform } = image;
  const { index, manifest } = image.image;
  const subcomponents = packagesWith(findings, cve, variant).map(({ name, version }) => ({
    '@id': new PackageURL('apk', 'wolfi', name, version, { arch: architectureOf(platform) }).toString(),
  }));
  const product = (digest: Sha256, arch?: string): StatedVulnerability['products'][number] => ({
    '@id': imagePurl(published, ociDigest(digest), arch),
    hashes: { 'sha-256': digest },
    ...(subcomponents.length === 0 ? {} : { subcomponents }),
  });
  return [product(index.digest), product(manifest.digest, ociArchitecture(platform))];
}

function packagesWith(
  findings: readonly Finding[],
  cve: string,
  variant: Variant,
): { name: string; version: string }[] {
  const ofCore = variant === 'development' ? [...OF_CORE, 'openssl-dev'] : OF_CORE;
  return findings
    .filter(({ id, state }) => id === cve && state !== 'not-affected')
    .flatMap(({ package: found, version }) =>
      (found === CORE_ORIGIN ? ofCore : [found]).map((name) => ({ name, version })),
    );
}

function ociArchitecture(platform: Platform): string {
  return platform.replace(/^linux\//, '');
}
