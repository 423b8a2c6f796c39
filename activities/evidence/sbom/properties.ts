import { Models } from '@cyclonedx/cyclonedx-library';

/** The properties that our SBOMs define; docs/sbom.md explains each. */
export const PROPERTIES = {
  variant: 'foundry:image:variant',
  platform: 'foundry:image:platform',
  manifest: 'foundry:image:manifest',
  /** The `C:` of the package in the database: `Q1` and the base64 of the SHA-1 over its control member. */
  checksum: 'foundry:apk:checksum',
  origin: 'foundry:apk:origin',
  commit: 'foundry:apk:commit',
  unmet: 'foundry:apk:unmet',
  signer: 'foundry:source:accepted-signer',
  certificate: 'foundry:provider:certificate',
  fingerprint: 'foundry:provider:source-fingerprint',
  mac: 'foundry:provider:module-mac',
  sourceRevision: 'foundry:source:revision',
  sourceRepository: 'foundry:source:repository',
} as const;

/** Trivy's own: what it takes the origin of a package from, by which Wolfi's advisories are kept. */
export const TRIVY = {
  id: 'aquasecurity:trivy:PkgID',
  type: 'aquasecurity:trivy:PkgType',
  sourceName: 'aquasecurity:trivy:SrcName',
  sourceVersion: 'aquasecurity:trivy:SrcVersion',
  systemClass: 'aquasecurity:trivy:Class',
  systemType: 'aquasecurity:trivy:Type',
} as const;

/** Properties in the order given; those without a value are left out. */
export function properties(pairs: readonly (readonly [string, string])[]): Models.PropertyRepository {
  const kept = pairs.filter(([, value]) => value !== '');
  return new Models.PropertyRepository(kept.map(([name, value]) => new Models.Property(name, value)));
}
