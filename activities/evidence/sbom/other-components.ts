import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { signatureUrl, sourceUrl } from '../../../domain/pins/source.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import { hexOf, type OciDigest, type Sha256 } from '../../../domain/digest.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import type { FoundFile, ImageContents } from './image-contents.ts';
import { properties, PROPERTIES, TRIVY } from './properties.ts';

/** What components that are no packages are called in an SBOM. */
export const REFERENCES = {
  image: 'image',
  system: 'operating-system',
  module: 'module:fips',
  source: (name: SourceName): string => `source:${name}`,
  file: (path: string): string => `file:${path}`,
  tool: (name: string): string => `tool:${name}`,
  base: 'base-image',
} as const;

/** The two sources of OpenSSL. */
export const SOURCES = ['core', 'provider'] as const;
export type SourceName = (typeof SOURCES)[number];

const CERTIFICATES = 'https://csrc.nist.gov/projects/cryptographic-module-validation-program/certificate';

/** The operating system, by which scanners choose their advisories. */
export function systemComponent({ id, version }: ImageContents['system']): Models.Component {
  return new Models.Component(Enums.ComponentType.OperatingSystem, id, {
    bomRef: REFERENCES.system,
    version,
    properties: properties([
      [TRIVY.systemClass, 'os-pkgs'],
      [TRIVY.systemType, id],
    ]),
  });
}

/** A file that no package brought: written by apko, or changed by it. */
export function fileComponent({ path, sha256 }: FoundFile): Models.Component {
  return new Models.Component(Enums.ComponentType.File, path, {
    bomRef: REFERENCES.file(path),
    hashes: hashes(sha256),
  });
}

/** The provider module, and whose source it was built from. It claims nothing more: a build is not a validated module. */
export function moduleComponent(
  { sha256, mac }: ImageContents['module'],
  { versions }: ReadPlan,
): Models.Component {
  const { version, certificate } = versions.provider;
  return new Models.Component(Enums.ComponentType.Library, 'OpenSSL FIPS Provider', {
    bomRef: REFERENCES.module,
    version,
    description: `built from the source of the module with CMVP certificate ${certificate} by its security policy`,
    hashes: hashes(sha256),
    licenses: opensslLicense(),
    externalReferences: new Models.ExternalReferenceRepository([
      new Models.ExternalReference(
        `${CERTIFICATES}/${certificate}`,
        Enums.ExternalReferenceType.Documentation,
        {
          comment: 'the certificate of the module whose source this was built from',
        },
      ),
    ]),
    properties: properties([
      [PROPERTIES.certificate, String(certificate)],
      [PROPERTIES.fingerprint, versions.certificate[certificate]?.fingerprint ?? ''],
      [PROPERTIES.mac, mac],
    ]),
  });
}

/** A source that packages of the image were built from. It is not in the image, so its scope is `excluded`. */
export function sourceComponent(name: SourceName, { versions, lock }: ReadPlan): Models.Component {
  const source = versions[name];
  const url = sourceUrl(source);
  const signature = lock.files.find((entry) => entry.kind === 'source-signature' && entry.name === name);
  const signed = signature === undefined ? {} : { hashes: hashes(signature.sha256) };
  const { SourceDistribution, DigitalSignature } = Enums.ExternalReferenceType;
  return new Models.Component(Enums.ComponentType.Library, 'openssl', {
    bomRef: REFERENCES.source(name),
    version: source.version,
    scope: Enums.ComponentScope.Excluded,
    purl: sourcePurl(name, versions),
    hashes: hashes(source.sha256),
    licenses: opensslLicense(),
    externalReferences: new Models.ExternalReferenceRepository([
      new Models.ExternalReference(url, SourceDistribution, { hashes: hashes(source.sha256) }),
      new Models.ExternalReference(signatureUrl(source), DigitalSignature, signed),
    ]),
    properties: properties(source.signers.map((signer) => [PROPERTIES.signer, signer])),
  });
}

/** The purl of a source, by its digest. */
export function sourcePurl(name: SourceName, versions: ReadPlan['versions']): string {
  const source = versions[name];
  const qualifiers = { checksum: `sha256:${source.sha256}`, download_url: sourceUrl(source) };
  return new PackageURL('generic', undefined, 'openssl', source.version, qualifiers).toString();
}

/** What the SBOM is of: an image for one platform. */
export function imageComponent(image: {
  readonly subjectName: string;
  readonly version: string;
  readonly variant: string;
  readonly platform: Platform;
  readonly manifest: OciDigest;
}): Models.Component {
  const { subjectName, version, variant, platform, manifest } = image;
  return new Models.Component(Enums.ComponentType.Container, subjectName, {
    bomRef: REFERENCES.image,
    version,
    purl: imagePurl(subjectName, manifest, platform.replace(/^linux\//, '')),
    hashes: hashes(hexOf(manifest)),
    properties: properties([
      [PROPERTIES.manifest, manifest],
      [PROPERTIES.platform, platform],
      [PROPERTIES.variant, variant],
    ]),
  });
}

/** The purl of an image by its digest. */
export function imagePurl(name: string, digest: string, arch?: string): string {
  const last = name.split('/').at(-1)?.toLowerCase() ?? name;
  const qualifiers = { repository_url: name, ...(arch === undefined ? {} : { arch }) };
  return new PackageURL('oci', undefined, last, digest, qualifiers).toString();
}

/** The one hash that we give for bytes. */
export function hashes(sha256: Sha256): Models.HashDictionary {
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]);
}

/** Of every OpenSSL from 3.0 on. */
function opensslLicense(): Models.LicenseRepository {
  return new Models.LicenseRepository([new Models.SpdxLicense('Apache-2.0')]);
}
