import type { OciDigest } from '../../domain/digest.ts';
import type { Registry } from './registry.ts';

/** An image, or another manifest, in a repository of a registry. */
export interface ImageAddress {
  readonly registry: Registry;
  readonly repository: string;
  readonly digest: OciDigest;
}

/** How messages name it, wherever it is read from: `registry.example/repository@sha256:…`. */
export function nameOfImage({
  registry,
  repository,
  digest,
}: Omit<ImageAddress, 'registry'> & { readonly registry: Pick<Registry, 'host'> }): string {
  return `${registry.host}/${repository}@${digest}`;
}
