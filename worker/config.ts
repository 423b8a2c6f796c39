import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { hasIdentity, type SigningIdentity } from '../adapters/sigstore/token-source.ts';
import { parseStorePlace, STORE_VARIABLE, type StorePlace } from '../adapters/store/open-store.ts';
import {
  temporalOfEnvironment,
  type TemporalServer,
} from '../adapters/temporal-connection/server-of-environment.ts';
import { type TraceDestination, traceDestinationOf } from '../adapters/traces/destination.ts';
import { FoundryError } from '../domain/errors.ts';
import { TASK_QUEUES, type TaskQueue } from '../domain/release/contract.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const Path = z.string().refine(isAbsolute, 'must be an absolute path');

/** `host:port`, the host an address or a name, an IPv6 address in brackets. */
const Listen = z
  .string()
  .regex(/^(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/, 'must be host:port')
  .refine((text) => portOf(text) >= 1 && portOf(text) <= 65_535, 'has no port between 1 and 65535');

const Variables = z.object({
  FOUNDRY_QUEUES: z
    .string({ error: `must name task queues: ${TASK_QUEUES.join(', ')}` })
    .transform((text, context): TaskQueue[] =>
      text.split(',').map((name) => {
        const queue = TASK_QUEUES.find((known) => known === name.trim());
        if (queue !== undefined) return queue;
        context.addIssue({ code: 'custom', message: `${name} is none of ${TASK_QUEUES.join(', ')}` });
        return z.NEVER;
      }),
    ),
  /** What must survive a restart; it is shared with no other machine. */
  FOUNDRY_STATE_DIR: Path,
  FOUNDRY_CACHE_DIR: Path,
  FOUNDRY_PROFILE: Path.optional(),
  [STORE_VARIABLE]: z
    .string()
    .default('directory')
    .transform((text, context): StorePlace => {
      const place = parseStorePlace(text);
      if (place !== undefined) return place;
      context.addIssue({
        code: 'custom',
        message: `${text} is neither \`directory\` nor oci:<host>/<repository>`,
      });
      return z.NEVER;
    }),
  /** Where the health check listens. */
  FOUNDRY_HEALTH: Listen.default('127.0.0.1:9233'),
  /** Where the metrics of this worker can be read, in the form of Prometheus. */
  FOUNDRY_METRICS: Listen.optional(),
  FOUNDRY_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  /** How long activities may go on after the worker was asked to end, in seconds; then they are cancelled and tried elsewhere. */
  FOUNDRY_GRACE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(60),
  /** The file with the identity that releases are signed with: for the worker of the queue `sign`, and for no other. */
  FOUNDRY_SIGNING_IDENTITY_FILE: Path.optional(),
  /** The file with the key that packages are signed with, made where it is not there: for the same worker, and for no other. */
  FOUNDRY_PACKAGE_KEY_FILE: Path.optional(),
});
type Variables = z.infer<typeof Variables>;

/** How one worker process runs. */
export interface WorkerConfig {
  readonly stateDir: string;
  readonly cacheDir: string;
  /** The profile to go by, where it is not the state folder's own. */
  readonly profile: string | undefined;
  readonly store: StorePlace;
  readonly temporal: TemporalServer;
  readonly queues: readonly TaskQueue[];
  readonly health: Listening;
  readonly metrics: string | undefined;
  /** Where traces are sent; without it, nowhere. */
  readonly traces: TraceDestination | undefined;
  readonly logLevel: Variables['FOUNDRY_LOG_LEVEL'];
  readonly graceSeconds: number;
  /** Whom this worker signs as; null for one that does not sign. */
  readonly signingIdentity: SigningIdentity | null;
  /** The file of the key that this worker signs packages with; null for one that does not sign. */
  readonly packageKey: string | null;
}

/** Where a server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads how a worker process runs from its environment; which server it asks is said as all programs of Temporal have it said. Throws
 * FND_BAD_INPUT that names each variable that cannot be used; also for a worker that would sign without an identity, or have one and do
 * something else besides: what builds must have no way to sign.
 */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  // A variable that is not set in a compose file is there and empty.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = Variables.safeParse(given);
  if (!read.success) {
    throw badVariables(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const variables = read.data;
  const wrong = wrongAboutSigning(variables, environment);
  if (wrong !== undefined) throw badVariables([wrong]);
  const isSigning = variables.FOUNDRY_QUEUES.includes('sign');
  const identity = { file: variables.FOUNDRY_SIGNING_IDENTITY_FILE, environment };
  return {
    stateDir: variables.FOUNDRY_STATE_DIR,
    cacheDir: variables.FOUNDRY_CACHE_DIR,
    profile: variables.FOUNDRY_PROFILE,
    store: variables[STORE_VARIABLE],
    temporal: temporalOfEnvironment(environment),
    queues: variables.FOUNDRY_QUEUES,
    health: listeningAt(variables.FOUNDRY_HEALTH),
    metrics: variables.FOUNDRY_METRICS,
    traces: traceDestinationOf(environment, 'foundry-worker'),
    logLevel: variables.FOUNDRY_LOG_LEVEL,
    graceSeconds: variables.FOUNDRY_GRACE_SECONDS,
    signingIdentity: isSigning ? identity : null,
    packageKey: (isSigning ? variables.FOUNDRY_PACKAGE_KEY_FILE : undefined) ?? null,
  };
}

/** What is wrong with a worker that signs and cannot, that signs and does something else, or that has the means and does not. */
function wrongAboutSigning(variables: Variables, environment: Environment): string | undefined {
  const {
    FOUNDRY_QUEUES: queues,
    FOUNDRY_SIGNING_IDENTITY_FILE: file,
    FOUNDRY_PACKAGE_KEY_FILE: key,
  } = variables;
  if (!queues.includes('sign')) {
    if (file !== undefined) return 'FOUNDRY_SIGNING_IDENTITY_FILE: only for the worker of the queue sign';
    if (key !== undefined) return 'FOUNDRY_PACKAGE_KEY_FILE: only for the worker of the queue sign';
    return undefined;
  }
  if (queues.length > 1) return 'FOUNDRY_QUEUES: the worker of the queue sign serves no other';
  if (!hasIdentity({ file, environment }))
    return 'FOUNDRY_SIGNING_IDENTITY_FILE: the worker of the queue sign needs one';
  return key === undefined ? 'FOUNDRY_PACKAGE_KEY_FILE: the worker of the queue sign needs one' : undefined;
}

function badVariables(reasons: readonly string[]): FoundryError {
  return new FoundryError('FND_BAD_INPUT', `worker: ${reasons.join('; ')}`, {
    hint: 'docs/machines.md lists the variables of a worker.',
  });
}

function listeningAt(text: string): Listening {
  const host = text.slice(0, text.lastIndexOf(':'));
  return { host: host.replace(/^\[|\]$/g, ''), port: portOf(text) };
}

function portOf(text: string): number {
  return Number(text.slice(text.lastIndexOf(':') + 1));
}
