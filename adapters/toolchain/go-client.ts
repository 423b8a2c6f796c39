import { tmpdir } from 'node:os';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { runTool } from '../process/run-tool.ts';

/** The oldest Go that fetches another Go release by itself, which is how every machine gets the same compiler. */
const OLDEST_MINOR = 21;

/** The person's own settings that reach a build: where modules come from, how they are checked, where caches are. */
const PASSED_ON = [
  'GOPROXY',
  'GONOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GOPRIVATE',
  'GOINSECURE',
  'GOMODCACHE',
  'GOCACHE',
] as const;

/** Variables of the network and its certificates that the Go client may see. */
export const NETWORK_VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
] as const;

const GoEnvironment = z.object({ GOVERSION: z.string() }).catchall(z.string());

/** The Go on this machine: its release, and the environment every build starts from. */
export interface GoClient {
  readonly hostVersion: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Asks the Go client for its settings, once, so that builds can then ignore its configuration file.
 * Throws FND_TOOL_MISSING when there is no Go, or one older than 1.21.
 */
export async function openGoClient(signal?: AbortSignal): Promise<GoClient> {
  const answer = await goEnvironment(signal);
  if (!isRecentGo(answer.GOVERSION)) {
    throw new FoundryError('FND_TOOL_MISSING', `Go ${answer.GOVERSION} is too old to build the toolchain`, {
      hint: GO_HINT,
    });
  }
  const environment: Record<string, string> = { GOENV: 'off' };
  for (const name of PASSED_ON) {
    const value = answer[name];
    if (value !== undefined && value !== '') environment[name] = value;
  }
  return { hostVersion: answer.GOVERSION, environment };
}

/** What to do about a missing or old Go. */
const GO_HINT =
  'Install Go 1.21 or newer (`apt-get install golang-go`, on older systems from its backports), then run the same command again. Any such Go does: it fetches the pinned release itself.';

/** Whether Go's own name of a release, such as `go1.26.8`, is one that can fetch the pinned release. */
export function isRecentGo(version: string): boolean {
  const match = /^(?:devel )?go(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 1 || (major === 1 && minor >= OLDEST_MINOR);
}

async function goEnvironment(signal: AbortSignal | undefined): Promise<z.infer<typeof GoEnvironment>> {
  try {
    const { stdout } = await runTool({
      tool: 'go',
      file: 'go',
      args: ['env', '-json'],
      cwd: tmpdir(),
      passEnv: [...PASSED_ON],
      env: { GOTOOLCHAIN: 'local', GOWORK: 'off' },
      timeoutMs: 60_000,
      ...(signal === undefined ? {} : { signal }),
    });
    return GoEnvironment.parse(JSON.parse(stdout));
  } catch (error) {
    if (!(error instanceof FoundryError) || error.code !== 'FND_TOOL_MISSING') throw named(error);
    throw new FoundryError(
      'FND_TOOL_MISSING',
      'there is no Go on this machine, and the toolchain is built with it',
      {
        hint: GO_HINT,
        cause: error,
      },
    );
  }
}

function named(error: unknown): unknown {
  if (error instanceof FoundryError) return error;
  return new FoundryError('FND_TOOL_OUTPUT', `go env -json: ${messageOf(error)}`, { cause: error });
}
