import { isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FoundryError, messageOf } from '../domain/errors.ts';
import { TASK_QUEUES, type TaskQueue } from '../domain/release/contract.ts';

const Folder = z.string().refine(isAbsolute, 'must be an absolute path');

const Options = z.object({
  'state-dir': Folder,
  'cache-dir': Folder,
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
});

/** How one worker process runs. */
export interface WorkerConfig {
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly temporal: string;
  readonly namespace: string;
  readonly queues: readonly TaskQueue[];
  readonly healthPort: number;
}

/** Reads the arguments of a worker process. Throws FND_BAD_INPUT that names each argument that cannot be used. */
export function readWorkerConfig(args: string[]): WorkerConfig {
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(
        Object.keys(Options.shape).map((name) => [name, { type: 'string' as const }]),
      ),
    });
    const options = Options.parse(values);
    return {
      stateDir: options['state-dir'],
      cacheDir: options['cache-dir'],
      temporal: options.temporal,
      namespace: options.namespace,
      queues: options.queues,
      healthPort: options['health-port'],
    };
  } catch (cause) {
    const reasons =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')
        : messageOf(cause);
    throw new FoundryError('FND_BAD_INPUT', `worker: ${reasons}`, {
      hint: 'Usage: node worker/main.ts --state-dir <folder> --cache-dir <folder> --temporal <host:port> --namespace <name> --queues <names> --health-port <number>',
      cause,
    });
  }
}
