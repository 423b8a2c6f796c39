import { type OciDigest, parseOciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { OpensslVersion } from '../../domain/pins/values.ts';
import { VARIANTS, type Variant } from '../../domain/pins/variant.ts';
import { meant } from '../output/suggest-choices.ts';
import { splitHost } from '../run/image-name.ts';

/** What a person wants verified. */
export type Meant =
  /** The image of the newest published release. */
  | { readonly kind: 'variant'; readonly variant: Variant }
  /** An image in a registry. */
  | {
      readonly kind: 'image';
      /** Without one, the registry that the profile publishes in. */
      readonly host: string | undefined;
      readonly repository: string;
      readonly reference: { readonly digest: OciDigest } | { readonly tag: string };
    }
  /** A file or a folder on this disk: a bundle, or an OCI image layout, of which a digest names one image. */
  | { readonly kind: 'path'; readonly path: string; readonly digest: OciDigest | undefined }
  /** The record of a release, and all its images. */
  | { readonly kind: 'record'; readonly word: RecordWord };

/** Which record: of the newest release, of the newest of a version, of a commit by its first digits, or of both. */
export type RecordWord =
  | { readonly newest: true }
  | { readonly version: string; readonly commit?: string }
  | { readonly commit: string };

const RELEASE = /^(?:release|record)-(\d+\.\d+\.\d+)-([0-9a-f]{4,40})$/;
const COMMIT = /^[0-9a-f]{4,40}$/;

/** Reads what a person wants verified. Throws FND_BAD_INPUT for what names neither image nor record. */
export function parseMeant(text: string): Meant {
  const variant = VARIANTS.find((one) => one === text);
  if (variant !== undefined) return { kind: 'variant', variant };
  const word = recordWord(text);
  if (word !== undefined) return { kind: 'record', word };
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : digestOf(text.slice(at + 1), text);
  if (/^[/.]/.test(name)) return { kind: 'path', path: name, digest };
  return imageOf(text, name, digest);
}

function recordWord(text: string): RecordWord | undefined {
  if (text === 'latest') return { newest: true };
  if (OpensslVersion.safeParse(text).success) return { version: text };
  const [, version, commit] = RELEASE.exec(text) ?? [];
  if (version !== undefined && commit !== undefined) return { version, commit };
  return COMMIT.test(text) ? { commit: text } : undefined;
}

function imageOf(text: string, name: string, digest: OciDigest | undefined): Meant {
  const { host, repository: path } = splitHost(name);
  if (digest !== undefined && path !== '')
    return { kind: 'image', host, repository: path.replace(/:[^/]*$/, ''), reference: { digest } };
  const colon = path.lastIndexOf(':');
  if (colon < 1 || colon === path.length - 1) throw unknown(text);
  return {
    kind: 'image',
    host,
    repository: path.slice(0, colon),
    reference: { tag: path.slice(colon + 1) },
  };
}

function digestOf(digest: string, text: string): OciDigest {
  try {
    return parseOciDigest(digest, text);
  } catch (cause) {
    throw unknown(text, cause);
  }
}

function unknown(text: string, cause?: unknown): FoundryError {
  return new FoundryError(
    'FND_BAD_INPUT',
    `${JSON.stringify(text)} names no image and no record${meant(text, [...VARIANTS, 'latest'])}`,
    {
      hint: `Write ${VARIANTS.join(', ')}; [host/]repository:tag or @sha256:…; the folder of an OCI layout or the file of a bundle, beginning with / or .; or a release by version, commit, id or latest.`,
      cause,
    },
  );
}
