import { stat } from 'node:fs/promises';
import { CIContextProvider } from '@sigstore/sign';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';
import { readJsonFile } from '../files/json-file.ts';
import { requestIdentityToken } from './identity-token.ts';

/** What a token says of the run that signs: `sha`, `run_id`, `run_attempt`. */
export type RunClaims = Readonly<Record<string, string>>;

/** Gives an identity token for one signature. */
export type TokenSource = (run: RunClaims) => Promise<string>;

/** Where the process that signs has its identity from. */
export interface SigningIdentity {
  /** A file with the name and the secret of a registered identity. */
  readonly file: string | undefined;
  /** The variables of the process: those of GitHub's runners say where tokens are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const GITHUB_VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;
const AUDIENCE = 'sigstore';
/** Nobody but its owner may read the file. */
const OTHERS = 0o077;

const IdentityFile = z.object({ name: z.string().min(1), clientSecret: z.string().min(1) });

/** Whether a process has an identity at all. */
export function hasIdentity({ file, environment }: SigningIdentity): boolean {
  return file !== undefined || GITHUB_VARIABLES.every((name) => (environment[name] ?? '') !== '');
}

/**
 * The tokens of an issuer: of GitHub's for a job that runs there, else of one that is asked with the secret in the identity file. The file
 * is read for each token and kept nowhere. Throws FND_BAD_INPUT when the process has no identity for this issuer, FND_PERMISSION for a
 * file that others may read too, FND_BAD_DATA for one that is no identity; then what {@link requestIdentityToken} throws.
 */
export function tokenSource(issuer: string, identity: SigningIdentity): TokenSource {
  return issuer === GITHUB_ISSUER
    ? () => githubToken(identity)
    : (run) => tokenByFile(issuer, identity.file, run);
}

async function githubToken({ environment }: SigningIdentity): Promise<string> {
  const missing = GITHUB_VARIABLES.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0) {
    throw new FoundryError('FND_BAD_INPUT', `the signing worker has no ${missing.join(' and no ')}`, {
      hint: 'Run it in a job with `permissions: id-token: write`.',
    });
  }
  try {
    return await new CIContextProvider(AUDIENCE).getToken();
  } catch (cause) {
    throw new FoundryError('FND_UNREACHABLE', `issuer ${GITHUB_ISSUER}: ${messageOf(cause)}`, { cause });
  }
}

async function tokenByFile(issuer: string, file: string | undefined, run: RunClaims): Promise<string> {
  if (file === undefined) {
    throw new FoundryError('FND_BAD_INPUT', `the signing worker has no identity for issuer ${issuer}`, {
      hint: 'Start it with --signing-identity <file>.',
    });
  }
  const { name, clientSecret } = await readIdentity(file);
  return await requestIdentityToken({ issuer, clientId: name, clientSecret, run });
}

async function readIdentity(file: string): Promise<z.infer<typeof IdentityFile>> {
  const there = await ifThere(stat(file));
  if (there !== undefined && (there.mode & OTHERS) !== 0) {
    throw new FoundryError('FND_PERMISSION', `others than its owner may use the signing identity ${file}`, {
      hint: `Run \`chmod 600 ${file}\`, and register the identity anew if the machine is not yours alone.`,
    });
  }
  const identity = await readJsonFile(file, IdentityFile, {
    what: 'a signing identity',
    hint: 'It is made when the services start: `./foundry up`.',
  });
  if (identity !== undefined) return identity;
  throw new FoundryError('FND_BAD_INPUT', `the signing identity is not there: ${file}`, {
    hint: 'It is made when the services start: `./foundry up`.',
  });
}
