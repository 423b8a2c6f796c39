import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { hasIdentity, type SigningIdentity } from '../adapters/sigstore/token-source.ts';
import { FoundryError, messageOf } from '../domain/errors.ts';
import { TASK_QUEUES, type TaskQueue } from '../domain/release/contract.ts';

const Path = z.string().refine(isAbsolute, 'must be an absolute path');

const Options = z.object({
  'state-dir': Path,
  'cache-dir': Path,
  /** The Temporal server, as host:port. */
  temporal: z.string().regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port'),
  namespace: z.string().min(1),
  queues: z.string().transform((text, context): TaskQueue[] =>
    text.split(',').map((name) => {
      const queue = TASK_QUEUES.find((known) => known === name);
      if (queue !== undefined) return queue;
      context.addIssue({ code: 'custom', message: `${name} is none of ${TASK_QUEUES.join(', ')}` });
      return z.NEVER;
    }),
  ),
  /** Where the health check listens, on loopback. */
  'health-port': z.coerce.number().int().min(1).max(65_535),
  /** The file with the identity that releases are signed with: for the worker of the queue `sign`, and for no other. */
  'signing-identity': Path.optional(),
  /** The file with the key that packages are signed with, made where it is not there: for the same worker, and for no other. */
  'package-key': Path.optional(),
});

/** How one worker process runs. */
export interface WorkerConfig {
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly temporal: string;
  readonly namespace: string;
  readonly queues: readonly TaskQueue[];
  readonly healthPort: number;
  /** Whom this worker signs as; null for one that does not sign. */
  readonly signingIdentity: SigningIdentity | null;
  /** The file of the key that this worker signs packages with; null for one that does not sign. */
  readonly packageKey: string | null;
}

/**
 * Reads the arguments of a worker process. Throws FND_BAD_INPUT that names each argument that cannot be used; also for a worker that would
 * sign without an identity, or have one and do something else besides: what builds must have no way to sign.
 */
export function readWorkerConfig(
  args: string[],
  environment: Readonly<Record<string, string | undefined>>,
): WorkerConfig {
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(
        Object.keys(Options.shape).map((name) => [name, { type: 'string' as const }]),
      ),
    });
    const options = Options.parse(values);
    const identity = { file: options['signing-identity'], environment };
    return {
      stateDir: options['state-dir'],
      cacheDir: options['cache-dir'],
      temporal: options.temporal,
      namespace: options.namespace,
      queues: options.queues,
      healthPort: options['health-port'],
      signingIdentity: requireApart(options.queues, identity) ? identity : null,
      packageKey: packageKeyFor(options.queues, options['package-key']),
    };
  } catch (cause) {
    const reasons =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')
        : messageOf(cause);
    throw new FoundryError('FND_BAD_INPUT', `worker: ${reasons}`, {
      hint: 'Usage: node worker/main.ts --state-dir <folder> --cache-dir <folder> --temporal <host:port> --namespace <name> --queues <names> --health-port <number> [--signing-identity <file>] [--package-key <file>]',
      cause,
    });
  }
}

/** Whether it is the worker that signs. Throws for one that signs and cannot, or does something else as well. */
function requireApart(queues: readonly TaskQueue[], identity: SigningIdentity): boolean {
  if (!queues.includes('sign')) {
    if (identity.file === undefined) return false;
    throw new Error('--signing-identity: only for the worker of the queue sign');
  }
  if (queues.length > 1) throw new Error('--queues: the worker of the queue sign serves no other');
  if (hasIdentity(identity)) return true;
  throw new Error('--signing-identity: the worker of the queue sign needs one');
}

function packageKeyFor(queues: readonly TaskQueue[], file: string | undefined): string | null {
  if (!queues.includes('sign')) {
    if (file === undefined) return null;
    throw new Error('--package-key: only for the worker of the queue sign');
  }
  if (file !== undefined) return file;
  throw new Error('--package-key: the worker of the queue sign needs one');
}
