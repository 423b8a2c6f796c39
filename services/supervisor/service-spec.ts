import { isAbsolute } from 'node:path';
import { z } from 'zod';

const Port = z.int().min(1).max(65_535);

/** How the supervisor sees that a service is ready: an HTTP answer with this status, or an open TCP port. */
export const HealthCheck = z.union([
  z.strictObject({ url: z.url({ protocol: /^http$/ }), status: z.int() }),
  z.strictObject({ host: z.string(), port: Port }),
]);

export type HealthCheck = z.infer<typeof HealthCheck>;

/** One service the supervisor can run. Plain data: it travels to the daemon as JSON. */
export const ServiceSpec = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  /** The program, as an absolute path. */
  command: z.string().refine(isAbsolute, 'is not an absolute path'),
  args: z.array(z.string()),
  /** Variables the service sees on top of PATH, HOME, LANG and TMPDIR. */
  env: z.record(z.string(), z.string()),
  /** The loopback ports it listens on, by what they are for. */
  ports: z.record(z.string(), Port),
  /** What people and programs dial: a URL or `host:port`. */
  address: z.string(),
  health: HealthCheck,
  /** Services that must be ready before this one starts, and that stop after it. */
  dependsOn: z.array(z.string()),
  startTimeoutMs: z.int().min(1),
  /** How often it is started again when it dies. Default: once. */
  maxRestarts: z.int().nonnegative().optional(),
  /** Its temporary folder, emptied before each start: what a killed process leaves there goes with the next one. Default: the system's. */
  scratchFolder: z.string().refine(isAbsolute, 'is not an absolute path').optional(),
  /** The folder of its data, when its first start fills it: nothing is kept of a first start that failed. */
  dataFolder: z.string().refine(isAbsolute, 'is not an absolute path').optional(),
});

export type ServiceSpec = z.infer<typeof ServiceSpec>;

const SERVICE_STATES = ['starting', 'running', 'unhealthy', 'stopping', 'stopped', 'failed'] as const;

/** What the supervisor knows of one service. Times are ISO 8601 in UTC, durations milliseconds. */
export const ServiceStatus = z.strictObject({
  name: z.string(),
  state: z.enum(SERVICE_STATES),
  pid: z.int().nullable(),
  address: z.string(),
  ports: z.record(z.string(), Port),
  startedAt: z.string().nullable(),
  readyAfterMs: z.int().nullable(),
  restarts: z.int(),
  log: z.string(),
  /** Why it is not running, when it is not. */
  reason: z.string().nullable(),
  /** The end of its log, when it is not running. */
  lastLines: z.array(z.string()),
});

export type ServiceStatus = z.infer<typeof ServiceStatus>;
