import { readFile } from 'node:fs/promises';
import type { Trust } from '../../activities/verify/evidence.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { findProfile, type ProfileSearch } from '../../adapters/profile/find-profile.ts';
import { type Profile, readOwnTrustedRoot } from '../../adapters/profile/profile.ts';
import { loginOf } from '../../adapters/profile/registries-of.ts';
import { ANONYMOUS, type Login } from '../../adapters/registry/credentials.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { BUILDER_IDS } from '../../domain/evidence/project.ts';
import { sourceUri } from '../../domain/evidence/provenance.ts';
import { type Lock, readLock } from '../../domain/pins/lock.ts';

/** What a person says of whom to trust and what to expect; everything may be left to the profile. */
export interface VerifyOptions {
  readonly profile?: string;
  readonly trustedRoot?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly name?: string;
  readonly source?: string;
  readonly commit?: string;
  readonly builder?: string;
  readonly lock?: string;
}

/** Whom to trust and what to expect. */
export interface VerifySettings {
  readonly trust: Trust;
  readonly builders: readonly string[];
  /** `registry/repository` that images are published in. */
  readonly name?: string;
  readonly source?: string;
  readonly commit?: string;
  readonly lock?: Lock;
  /** Where images are published, when a profile says it. */
  readonly published: { readonly registry: string; readonly repository: string } | undefined;
  /** Who we are at registries. */
  readonly login: Login;
}

/**
 * Puts together what a person said and what the profile says. With trusted root, identity and issuer given, no profile is needed.
 * Throws FND_BAD_INPUT for what is said by neither, and for a file that is not there; FND_BAD_DATA for one that is not what it must be.
 */
export async function readSettings(
  options: VerifyOptions,
  search: Omit<ProfileSearch, 'named'>,
): Promise<VerifySettings> {
  const profile = await findProfile({ ...search, named: options.profile });
  const { source, commit, lock, builder } = options;
  const published =
    profile === undefined
      ? undefined
      : { registry: profile.images.registry, repository: profile.images.published };
  const name =
    options.name ?? (published === undefined ? undefined : `${published.registry}/${published.repository}`);
  const uri = source === undefined ? undefined : source.startsWith('git+') ? source : sourceUri(source);
  const expectedSource = uri ?? (profile === undefined ? undefined : sourceUri(profile.forge.repository));
  return {
    trust: {
      trustedRoot: await trustedRoot(options, profile),
      identity: {
        san: required('--identity', options.identity ?? profile?.signing.identity),
        issuer: required('--issuer', options.issuer ?? profile?.signing.issuer),
      },
    },
    builders:
      builder !== undefined
        ? [builder]
        : profile === undefined
          ? Object.values(BUILDER_IDS)
          : [BUILDER_IDS[profile.signing.builder]],
    published,
    login: profile === undefined ? ANONYMOUS : loginOf(profile),
    ...(name === undefined ? {} : { name }),
    ...(expectedSource === undefined ? {} : { source: expectedSource }),
    ...(commit === undefined ? {} : { commit }),
    ...(lock === undefined ? {} : { lock: readLock(await textOf(lock, '--lock'), lock) }),
  };
}

async function trustedRoot(
  { trustedRoot: file }: VerifyOptions,
  profile: Profile | undefined,
): Promise<unknown> {
  if (file === undefined && profile !== undefined) return await readOwnTrustedRoot(profile);
  const path = required('--trusted-root', file);
  const text = await textOf(path, '--trusted-root');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

async function textOf(path: string, option: string): Promise<string> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text !== undefined) return text;
  throw new FoundryError('FND_BAD_INPUT', `${option}: there is no file ${path}`);
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new FoundryError('FND_BAD_INPUT', `${option} is needed, because there is no profile that says it`, {
    hint: 'Name a profile with --profile or FOUNDRY_PROFILE, or give --trusted-root, --identity and --issuer.',
  });
}
