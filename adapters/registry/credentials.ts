import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';

/** What somebody is known by at one registry, and the file that says it. */
export type Credentials =
  | { readonly file: string; readonly username: string; readonly password: string }
  /** What a registry gave for a password that it does not want to see again. */
  | { readonly file: string; readonly identityToken: string };

/** Who we are at a registry, named as `host[:port]`; undefined where nobody says it. Asked only when that registry wants to know. */
export type Login = (host: string) => Promise<Credentials | undefined>;

/** Nobody anywhere. */
export const ANONYMOUS: Login = () => Promise.resolve(undefined);

/** Nobody but its owner may read the file. */
const OTHERS = 0o077;
/** What stands in no header, and in no password that somebody typed. */
// oxlint-disable-next-line no-control-regex -- it is these that are looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const NEXT =
  'Write one with `docker --config <folder> login <host>`, or by hand: docs/profiles.md shows how it looks.';

const Entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

/** What Docker keeps in its `config.json`, as far as it says who we are. */
const DockerConfig = z.looseObject({
  auths: z.record(z.string(), Entry).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

/**
 * Logs in with what stands in a file of the form of Docker's `config.json`. It is read whenever a registry asks and kept nowhere, so that
 * what was renewed counts at once. Throws what {@link readCredentials} throws.
 */
export function loginByFile(file: string): Login {
  return (host) => readCredentials(file, host);
}

/**
 * The credentials that a file has for exactly this host. Throws FND_BAD_INPUT when the file is not there or leaves them to a credential
 * helper, FND_PERMISSION when others than its owner may read it, FND_BAD_DATA for what is no such file. Nothing of it is quoted.
 */
export async function readCredentials(file: string, host: string): Promise<Credentials | undefined> {
  const there = await ifThere(stat(file));
  const text = await ifThere(readFile(file, 'utf8'));
  if (there === undefined || text === undefined) {
    throw new FoundryError('FND_BAD_INPUT', `the file of registry credentials is not there: ${file}`, {
      hint: NEXT,
    });
  }
  if ((there.mode & OTHERS) !== 0) {
    throw new FoundryError(
      'FND_PERMISSION',
      `others than its owner may read the registry credentials ${file}`,
      {
        hint: `Run \`chmod 600 ${file}\`, and take new credentials if the machine is not yours alone.`,
      },
    );
  }
  return findCredentials(text, file, host);
}

/** {@link readCredentials} in a text; `file` names it. */
export function findCredentials(text: string, file: string, host: string): Credentials | undefined {
  const { auths, credsStore = '', credHelpers } = parse(text, file);
  const entry = Object.hasOwn(auths, host) ? auths[host] : undefined;
  const helper = Object.hasOwn(credHelpers, host) ? credHelpers[host] : undefined;
  // Docker asks its store for every host that was logged in to, and leaves the entry of that host empty.
  const keeper = helper ?? (entry === undefined || credsStore === '' ? undefined : credsStore);
  if (keeper !== undefined) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${file} leaves the credentials for ${host} to the helper docker-credential-${keeper}, and the foundry runs none`,
      { hint: NEXT },
    );
  }
  return entry === undefined ? undefined : credentialsOf(entry, file, host);
}

function parse(text: string, file: string): z.infer<typeof DockerConfig> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // A parser that complains quotes what it did not understand: it is not passed on as the cause.
    throw badFile(file, 'it is not JSON');
  }
  const read = DockerConfig.safeParse(content);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badFile(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function credentialsOf(entry: Entry, file: string, host: string): Credentials {
  const { auth = '', identitytoken: identityToken = '' } = entry;
  if (identityToken !== '') {
    if (CONTROL.test(identityToken))
      throw badFile(file, `the identitytoken of ${host} has control characters`);
    return { file, identityToken };
  }
  const { username, password } = auth === '' ? entry : decoded(auth, file, host);
  if (username === undefined || username === '' || password === undefined || password === '') {
    throw badFile(
      file,
      `the entry of ${host} has no auth, no username with a password, and no identitytoken`,
    );
  }
  if (CONTROL.test(username + password) || username.includes(':')) {
    throw badFile(
      file,
      `the username or password of ${host} has a character that it cannot have, such as a line end`,
    );
  }
  return { file, username, password };
}

/** `username:password` in base64, padded with zero bytes at the end by some programs. */
function decoded(auth: string, file: string, host: string): Pick<Entry, 'username' | 'password'> {
  const bytes = Buffer.from(auth, 'base64');
  const text = bytes.toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (bytes.toString('base64') !== auth || !isUtf8(bytes) || colon === -1)
    throw badFile(file, `the auth of ${host} is not username:password in base64`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function badFile(file: string, why: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${file} is no file of registry credentials: ${why}`, {
    hint: NEXT,
  });
}
