import type { Registry } from './registry.ts';

/** What images, and what is attached to them, are read from: a registry, or an OCI image layout on this disk. */
export type ImageReader = Pick<
  Registry,
  'host' | 'findManifest' | 'getManifest' | 'getBlob' | 'listReferrers'
>;
