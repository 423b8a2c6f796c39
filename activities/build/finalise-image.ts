import { makeDocument } from '../../adapters/oci-layout/layout.ts';
import type { Healthcheck, ImageConfig, OciDocuments } from '../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import type { OciDigest } from '../../domain/digest.ts';
import type { Variant } from '../../domain/pins/variant.ts';

/** What the configuration of a released image says. */
export interface ImageIdentity {
  readonly variant: Variant;
  readonly coreVersion: string;
  readonly providerVersion: string;
  /** The number of the CMVP certificate whose source the provider was built from. */
  readonly certificate: number;
  /** The git commit that is released. */
  readonly revision: string;
  /** Where that commit is. */
  readonly source: string;
  readonly vendor: string;
  /** Seconds since 1970: the time of the image. */
  readonly epoch: number;
  /** The image that this one is composed from; none for one that stands on packages alone. */
  readonly base?: { readonly name: string; readonly digest: OciDigest };
  /** More labels, such as that a lab made it. */
  readonly labels?: Readonly<Record<string, string>>;
}

const NANOSECONDS = 1_000_000_000;
const HEALTHCHECK: Healthcheck = {
  Test: ['CMD', '/usr/bin/fips-healthcheck'],
  Interval: 30 * NANOSECONDS,
  Timeout: 10 * NANOSECONDS,
  Retries: 1,
};

const TITLES = {
  standard: 'OpenSSL with its FIPS provider on Wolfi',
  distroless: 'OpenSSL with its FIPS provider, without a shell or a package manager',
  development: 'OpenSSL with its FIPS provider on Wolfi, with compiler, headers and static libraries',
} as const satisfies Record<Variant, string>;

/**
 * Writes what apko cannot write: the health check and its line of history, and the labels of the release, also as annotations of the
 * manifest and the index. Layers stay as they are. The same input gives the same bytes.
 */
export function finaliseImage<I extends OciDocuments>(image: I, identity: ImageIdentity): I {
  const created = new Date(identity.epoch * 1000).toISOString().replace('.000Z', 'Z');
  const labels = sorted({ ...releaseLabels(identity, created), ...identity.labels });
  const before = image.config.content;
  const content: ImageConfig = {
    created,
    architecture: before.architecture,
    os: before.os,
    ...(before.variant === undefined ? {} : { variant: before.variant }),
    config: { ...before.config, Healthcheck: HEALTHCHECK, Labels: labels },
    rootfs: before.rootfs,
    history: [
      ...before.history.map((line) => ({
        ...line,
        created,
        comment: `${identity.variant} ${identity.coreVersion}`,
      })),
      {
        created,
        created_by: `HEALTHCHECK CMD ${JSON.stringify(HEALTHCHECK.Test.slice(1))}`,
        empty_layer: true,
      },
    ],
  };
  const config = makeDocument(MEDIA_TYPES.config, content);
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: image.manifest.content.layers,
    annotations: labels,
  });
  const { architecture, os, variant } = content;
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  const index = makeDocument(MEDIA_TYPES.index, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.index,
    manifests: [{ ...manifest.descriptor, platform }],
    annotations: labels,
  });
  return { ...image, index, manifest, config };
}

function releaseLabels(identity: ImageIdentity, created: string): Record<string, string> {
  const { variant, coreVersion, providerVersion, certificate, base } = identity;
  return {
    'org.opencontainers.image.title': TITLES[variant],
    'org.opencontainers.image.description':
      `OpenSSL ${coreVersion} and a FIPS provider built from the source of the module with CMVP certificate ${certificate} ` +
      `(OpenSSL FIPS Provider ${providerVersion}) by its security policy`,
    'org.opencontainers.image.version': coreVersion,
    'org.opencontainers.image.revision': identity.revision,
    'org.opencontainers.image.source': identity.source,
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.vendor': identity.vendor,
    'org.opencontainers.image.created': created,
    'dev.foundry.variant': variant,
    'dev.foundry.provider.version': providerVersion,
    'dev.foundry.provider.certificate': String(certificate),
    ...(base === undefined
      ? {}
      : {
          'org.opencontainers.image.base.name': base.name,
          'org.opencontainers.image.base.digest': base.digest,
        }),
  };
}

function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
