import { readFile, stat } from 'node:fs/promises';
import type { Trust } from '../../activities/verify/evidence.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { type Profile, readOwnTrustedRoot, readProfile } from '../../adapters/profile/profile.ts';
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
}

/** Where a profile is looked for. */
interface ProfileSearch {
  readonly stateFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Puts together what a person said and what the profile says. With trusted root, identity and issuer given, no profile is needed.
 * Throws FND_BAD_INPUT for what is said by neither, and for a file that is not there; FND_BAD_DATA for one that is not what it must be.
 */
export async function readSettings(options: VerifyOptions, search: ProfileSearch): Promise<VerifySettings> {
  const profile = await findProfile(options, search);
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
    ...(name === undefined ? {} : { name }),
    ...(expectedSource === undefined ? {} : { source: expectedSource }),
    ...(commit === undefined ? {} : { commit }),
    ...(lock === undefined ? {} : { lock: readLock(await textOf(lock, '--lock'), lock) }),
  };
}

async function findProfile(
  { profile }: VerifyOptions,
  { stateFolder, environment }: ProfileSearch,
): Promise<Profile | undefined> {
  const path = profilePath(stateFolder, environment, profile);
  const isNamed = profile !== undefined || environment['FOUNDRY_PROFILE'] !== undefined;
  if (!isNamed && (await ifThere(stat(path))) === undefined) return undefined;
  return await readProfile(path);
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
