import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { parseHcl } from '../../domain/hcl/parse.ts';
import { toPlain } from '../../domain/hcl/plain.ts';
import type { BuilderKind } from '../../domain/evidence/project.ts';
import { Address, ImageReference, Line } from '../../domain/pins/values.ts';
import { isCode } from '../files/write-atomic.ts';

const RepositoryPath = z
  .string()
  .regex(
    /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
    'expected a repository such as quarantine/openssl-fips',
  );

/**
 * Endpoints and trust roots, nothing else: where the foundry works, and whom it believes there. What is released stands in
 * `versions.hcl`. Paths are taken from the folder of the file.
 */
const Profile = z.strictObject({
  /** The git repository that holds `versions.hcl` and its lock. */
  forge: z.strictObject({
    repository: Address,
    branch: Line,
    /** A file that holds the access token and nothing else. Without one, nothing can be written. */
    token_file: Line.optional(),
    /** GitHub's API, for commit statuses and the dependency graph. */
    api: Address,
    /** The repository as that API names it. */
    project: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name'),
  }),
  upstream: z.strictObject({
    /** The Sigstore trusted root that signatures of the upstream are verified against. */
    trusted_root: Line,
    /** The list of OpenSSL's releases, as GitHub's API has it. */
    core_releases: Address,
    /** The hosts, as `name` or `name:port`, that files of the upstreams may be redirected to. */
    redirects: z.array(z.string().regex(/^[a-z0-9.-]+(?::\d{1,5})?$/, 'expected a host')).default([]),
  }),
  images: z.strictObject({
    /** The registry that images are put into, as `host` or `host:port`. */
    registry: Line,
    /** A file with credentials for registries, in the form of Docker's `config.json`. Without one, nobody logs in anywhere. */
    credentials_file: Line.optional(),
    /** The repository under which images wait for their proofs; each release gets one of its own below it. */
    quarantine: RepositoryPath,
    /** The repository in which readers find the images, by tag. */
    published: RepositoryPath,
    /** Who makes the images. */
    vendor: Line,
    /** What every image says about itself, such as that a lab made it. */
    notice: Line.optional(),
  }),
  /** Where releases are signed, and how their signatures are verified. The secret of the identity is not here. */
  signing: z.strictObject({
    fulcio: Address,
    rekor: Address,
    timestamp_authority: Address,
    /** Who says who signs: the issuer of identity tokens. */
    issuer: Address,
    /** The subject alternative name of our certificates. */
    identity: Line,
    /** The Sigstore trusted root that our own signatures are verified against. */
    trusted_root: Line,
    /** Whether the signing worker shares its machine with those that build. */
    builder: z.enum(['embedded', 'separate']),
  }),
  scanners: z.strictObject({
    /** Trivy's vulnerability database, as host/repository:tag. */
    database: ImageReference,
    /** OpenSSL's own CVE records: what is fixed in which release, and what is not. */
    openssl_advisories: Address,
  }),
});

/** A profile, with its paths made absolute. */
export interface Profile {
  readonly forge: {
    readonly repository: string;
    readonly branch: string;
    readonly tokenFile: string | undefined;
    readonly api: string;
    readonly project: string;
  };
  readonly upstream: {
    readonly trustedRoot: string;
    readonly coreReleases: string;
    readonly redirects: readonly string[];
  };
  readonly images: {
    readonly registry: string;
    readonly credentialsFile: string | undefined;
    readonly quarantine: string;
    readonly published: string;
    readonly vendor: string;
    readonly notice: string | undefined;
  };
  readonly signing: {
    readonly fulcio: string;
    readonly rekor: string;
    readonly timestampAuthority: string;
    readonly issuer: string;
    readonly identity: string;
    readonly trustedRoot: string;
    readonly builder: BuilderKind;
  };
  readonly scanners: { readonly database: string; readonly opensslAdvisories: string };
}

/**
 * Reads a profile. Throws FND_BAD_INPUT when there is no such file, FND_BAD_PINS or FND_BAD_DATA when it is not one.
 */
export async function readProfile(path: string): Promise<Profile> {
  const { forge, upstream, images, signing, scanners } = parse(await readText(path, 'the profile'), path);
  const inFolder = (name: string): string => resolve(dirname(path), name);
  return {
    forge: {
      repository: forge.repository,
      branch: forge.branch,
      tokenFile: forge.token_file === undefined ? undefined : inFolder(forge.token_file),
      api: forge.api,
      project: forge.project,
    },
    upstream: {
      trustedRoot: inFolder(upstream.trusted_root),
      coreReleases: upstream.core_releases,
      redirects: upstream.redirects,
    },
    images: {
      registry: images.registry,
      credentialsFile: images.credentials_file === undefined ? undefined : inFolder(images.credentials_file),
      quarantine: images.quarantine,
      published: images.published,
      vendor: images.vendor,
      notice: images.notice,
    },
    signing: {
      fulcio: signing.fulcio,
      rekor: signing.rekor,
      timestampAuthority: signing.timestamp_authority,
      issuer: signing.issuer,
      identity: signing.identity,
      trustedRoot: inFolder(signing.trusted_root),
      builder: signing.builder,
    },
    scanners: { database: scanners.database, opensslAdvisories: scanners.openssl_advisories },
  };
}

/** The trusted root of the upstream, as parsed JSON. Throws FND_BAD_INPUT without the file, FND_BAD_DATA when it is not JSON. */
export async function readTrustedRoot({ upstream }: Profile): Promise<unknown> {
  return await readRoot(upstream.trustedRoot);
}

/** The trusted root of our own signatures, as parsed JSON. Throws FND_BAD_INPUT without the file, FND_BAD_DATA when it is not JSON. */
export async function readOwnTrustedRoot({ signing }: Profile): Promise<unknown> {
  return await readRoot(signing.trustedRoot);
}

async function readRoot(path: string): Promise<unknown> {
  const text = await readText(path, 'the trusted root of the profile');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

/** The token for the forge, if the profile names one. Throws FND_BAD_INPUT when its file is not there. */
export async function readForgeToken({ forge }: Profile): Promise<string | undefined> {
  if (forge.tokenFile === undefined) return undefined;
  return (await readText(forge.tokenFile, 'the token of the forge')).trim();
}

function parse(text: string, path: string): z.infer<typeof Profile> {
  const result = Profile.safeParse(toPlain(parseHcl(text, path).body));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new FoundryError('FND_BAD_DATA', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
    hint: 'docs/profiles.md lists what a profile holds.',
    cause: result.error,
  });
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!isCode(cause, 'ENOENT')) throw cause;
    throw new FoundryError('FND_BAD_INPUT', `${what} is not there: ${path}`, {
      hint: 'Name a profile with --profile or FOUNDRY_PROFILE.',
      cause,
    });
  }
}
