import { Octokit, RequestError } from 'octokit';
import { FoundryError } from '../../domain/errors.ts';

/** A repository of GitHub, or of a server that speaks its API. */
export interface GithubPlace {
  /** The address of the API. */
  readonly api: string;
  /** `owner/name`. */
  readonly project: string;
  /** Without one, only what is public can be read. */
  readonly token: string | undefined;
  readonly signal?: AbortSignal;
}

/** The `owner` and `repo` that operations on a repository take. */
interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** What calls a repository's API. */
export interface Github {
  /** `owner/name` at the address of the API, for messages. */
  readonly name: string;
  /**
   * Makes calls and returns what comes of them. `what` says in errors what was asked for. Limits are waited for as the server says, for at
   * most {@link LONGEST_WAIT_SECONDS}. Throws FND_PERMISSION for a token that is refused or may not, FND_BAD_DATA for a request that is
   * refused (400, 422), FND_UNREACHABLE without a usable answer and for longer limits, FND_INTERRUPTED.
   */
  readonly ask: <T>(
    what: string,
    call: (octokit: Octokit, repository: RepositoryName) => Promise<T>,
  ) => Promise<T>;
}

/** Whoever waits longer for a limit keeps a worker for it: such an activity is tried again later instead. */
const LONGEST_WAIT_SECONDS = 30;
const MOST_WAITS = 3;
const ANSWER_MS = 60_000;

/** Opens octokit for one repository. Nothing is called yet. */
export function openGithub({ api, project, token, signal }: GithubPlace): Github {
  const [owner = '', repo = ''] = project.split('/');
  const name = `${project} at ${api}`;
  const octokit = new Octokit({
    baseUrl: api,
    ...(token === undefined ? {} : { auth: token }),
    userAgent: 'wolfi-openssl-fips',
    // The queue's retries are the one layer of retries; limits alone are waited for here, because the server says how long.
    retry: { enabled: false },
    throttle: { onRateLimit: waits, onSecondaryRateLimit: waits },
    request: {
      fetch: (address: string, options: RequestInit) =>
        fetch(address, { ...options, signal: signalOf(signal) }),
    },
    log: SILENT,
  });
  return {
    name,
    async ask(what, call) {
      try {
        return await call(octokit, { owner, repo });
      } catch (error) {
        throw named(error, `${what}: ${name}`, signal);
      }
    },
  };
}

function waits(seconds: number, _options: object, _octokit: unknown, count: number): boolean {
  return seconds <= LONGEST_WAIT_SECONDS && count < MOST_WAITS;
}

function signalOf(signal: AbortSignal | undefined): AbortSignal {
  const late = AbortSignal.timeout(ANSWER_MS);
  return signal === undefined ? late : AbortSignal.any([signal, late]);
}

function named(error: unknown, what: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true)
    return new FoundryError('FND_INTERRUPTED', `${what} was stopped`, { cause: error });
  if (!(error instanceof RequestError)) return error;
  const { status, message } = error;
  if (isLimit(error))
    return new FoundryError('FND_UNREACHABLE', `${what} allows no more requests for now: ${message}`, {
      cause: error,
    });
  if (status === 401 || status === 403 || status === 404)
    return new FoundryError('FND_PERMISSION', `${what} answers ${status}: ${message}`, {
      hint: 'See whether the project of the profile is right and its token may write there.',
      cause: error,
    });
  if (status >= 500)
    return new FoundryError('FND_UNREACHABLE', `${what} gives no usable answer: ${message}`, {
      cause: error,
    });
  return new FoundryError('FND_BAD_DATA', `${what} refuses with ${status}: ${message}`, { cause: error });
}

function isLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  const headers = response?.headers ?? {};
  const isUsedUp = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  return status === 403 && (isUsedUp || /\brate limit\b/i.test(message));
}

/** What goes wrong is thrown; octokit must not write to the output of a command. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  return undefined;
}
