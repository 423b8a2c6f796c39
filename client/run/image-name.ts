import { type OciDigest, parseOciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { VARIANTS, type Variant } from '../../domain/pins/variant.ts';
import { meant } from '../output/suggest-choices.ts';

/** What a person means by an image: one of the newest release, one in a registry by its digest, or a layout in a folder. */
export type ImageName =
  | { readonly kind: 'variant'; readonly variant: Variant }
  | {
      readonly kind: 'registry';
      /** Without one, the registry of our own services. */
      readonly host: string | undefined;
      readonly repository: string;
      readonly digest: OciDigest;
    }
  | { readonly kind: 'layout'; readonly folder: string };

/** A host has a dot or a port, or is this machine; anything else before the first slash belongs to the repository. */
const HOST = /^(?:localhost|[^/]*[.:][^/]*)$/;

/**
 * Reads the name of an image: `standard`, `host/repository@sha256:…`, `repository@sha256:…`, or the folder of an OCI image layout,
 * which begins with `/` or `.`. Throws FND_BAD_INPUT for anything else: a tag may be another image tomorrow.
 */
export function parseImageName(name: string): ImageName {
  const variant = VARIANTS.find((one) => one === name);
  if (variant !== undefined) return { kind: 'variant', variant };
  if (name.startsWith('/') || name.startsWith('.')) return { kind: 'layout', folder: name };
  const at = name.indexOf('@');
  if (at < 1) throw unknownName(name);
  const [path, digest] = [name.slice(0, at), name.slice(at + 1)];
  return { kind: 'registry', ...splitHost(path), digest: digestOf(digest, name) };
}

/** The registry that a name begins with, if it begins with one, and the rest of it. */
export function splitHost(path: string): { host: string | undefined; repository: string } {
  const slash = path.indexOf('/');
  if (slash < 1 || !HOST.test(path.slice(0, slash))) return { host: undefined, repository: path };
  return { host: path.slice(0, slash), repository: path.slice(slash + 1) };
}

function digestOf(text: string, name: string): OciDigest {
  try {
    return parseOciDigest(text, name);
  } catch (cause) {
    throw unknownName(name, cause);
  }
}

function unknownName(name: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_BAD_INPUT', `${JSON.stringify(name)} names no image${meant(name, VARIANTS)}`, {
    hint: `Write ${VARIANTS.join(', ')}, host/repository@sha256:…, repository@sha256:…, or the folder of an OCI image layout.`,
    cause,
  });
}
