import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFull, saysDiskFull } from '../../adapters/files/write-atomic.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { beginWithData, keepData } from './first-start.ts';
import { isHealthy } from './health.ts';
import { type Launched, launch, terminate } from './launch.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { closeLog, lastLines, openLog, shortened } from './service-log.ts';
import type { ServiceSpec, ServiceStatus } from './service-spec.ts';

const POLL_MS = 20;
const PROBE_TIMEOUT_MS = 1000;
const STOP_GRACE_MS = 8000;
/** A service that never became ready has nothing to finish. */
const UNREADY_GRACE_MS = 1000;
const MAX_RESTARTS = 1;
const SHOWN_LINES = 8;

/** One service under the supervisor: starts it, restarts it once when it dies, stops it. */
export class ManagedService {
  readonly spec: ServiceSpec;
  readonly #log: string;
  readonly #onChange: () => void;
  #state: ServiceStatus['state'] = 'stopped';
  #launched: Launched | undefined;
  #startedAt: Date | undefined;
  #readyAfterMs: number | undefined;
  #restarts = 0;
  #reason: string | undefined;
  #logOffset = 0;
  #restarting: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(spec: ServiceSpec, logFolder: string, onChange: () => void) {
    this.spec = spec;
    this.#log = join(logFolder, `${spec.name}.log`);
    this.#onChange = onChange;
  }

  /** Whether it counts as started: it may be restarting at the moment, but has not been given up. */
  get isUp(): boolean {
    return this.#state === 'starting' || this.#state === 'running';
  }

  /** The process, while there is one. */
  get process(): ProcessIdentity | undefined {
    return this.#launched?.identity;
  }

  /**
   * Starts it and resolves when it is healthy. On abort, on an early end or when `startTimeoutMs` is over its process is
   * gone again and FND_SERVICE_FAILED (on abort FND_INTERRUPTED) is thrown, with the end of its log.
   */
  async start(signal: AbortSignal): Promise<void> {
    const combined = AbortSignal.any([signal, this.#stopping.signal]);
    this.#change('starting');
    const began = performance.now();
    try {
      if (this.spec.dataFolder !== undefined) await beginWithData(this.spec.dataFolder);
      const launched = await this.#launch();
      const cause = await this.#waitUntilHealthy(launched, combined);
      if (cause !== undefined) {
        await terminate(launched, UNREADY_GRACE_MS);
        throw await this.#failure(cause, combined);
      }
      if (this.spec.dataFolder !== undefined) await keepData(this.spec.dataFolder);
      this.#readyAfterMs = Math.round(performance.now() - began);
      this.#change('running');
      void launched.ended.then((how) => this.#died(launched, how));
    } catch (error) {
      this.#launched = undefined;
      this.#reason = messageOf(error).split('\n', 1)[0];
      this.#change('failed');
      throw error;
    }
  }

  /** Stops it and resolves when its process is gone. Does nothing when it is not running. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    if (this.#launched !== undefined) {
      this.#change('stopping');
      await terminate(this.#launched, STOP_GRACE_MS);
      this.#launched = undefined;
    }
    this.#change('stopped');
  }

  /** What is known of it now. A running service is asked for its health. */
  async status(): Promise<ServiceStatus> {
    const healthy = this.#state !== 'running' || (await isHealthy(this.spec.health, PROBE_TIMEOUT_MS));
    const state = this.#state === 'running' && !healthy ? 'unhealthy' : this.#state;
    const reason = state === 'unhealthy' ? 'does not answer its health check' : this.#reason;
    return {
      name: this.spec.name,
      state,
      pid: this.#launched?.identity.pid ?? null,
      address: this.spec.address,
      ports: this.spec.ports,
      startedAt: this.#startedAt?.toISOString() ?? null,
      readyAfterMs: this.#readyAfterMs ?? null,
      restarts: this.#restarts,
      log: this.#log,
      reason: reason ?? null,
      lastLines:
        state === 'failed' || state === 'unhealthy'
          ? shortened(await lastLines(this.#log, this.#logOffset, SHOWN_LINES))
          : [],
    };
  }

  async #launch(): Promise<Launched> {
    const log = await openLog(this.#log);
    try {
      this.#logOffset = log.offset;
      this.#launched = await launch(this.spec, log.descriptor);
      this.#startedAt = new Date();
      this.#onChange();
      return this.#launched;
    } finally {
      await closeLog(log);
    }
  }

  /** Resolves to undefined when it is healthy, else to words for why it will not be. */
  async #waitUntilHealthy(launched: Launched, signal: AbortSignal): Promise<string | undefined> {
    const deadline = performance.now() + this.spec.startTimeoutMs;
    while (performance.now() < deadline) {
      if (signal.aborted) return 'was stopped before it was ready';
      const healthy = await isHealthy(this.spec.health, PROBE_TIMEOUT_MS);
      const end = await Promise.race([launched.ended, sleep(healthy ? 0 : POLL_MS, undefined)]);
      if (end !== undefined) return `${end} before it was ready`;
      if (healthy) return undefined;
    }
    return `did not become healthy within ${this.spec.startTimeoutMs / 1000} s`;
  }

  async #failure(cause: string, signal: AbortSignal): Promise<FoundryError> {
    if (signal.aborted) return new FoundryError('FND_INTERRUPTED', `service ${this.spec.name} ${cause}`);
    const lines = await lastLines(this.#log, this.#logOffset, SHOWN_LINES);
    const full = lines.find(saysDiskFull);
    if (full !== undefined) {
      return diskFull(`service ${this.spec.name} found no space left on the disk of ${this.#log}`, undefined);
    }
    const said = lines.length === 0 ? ' and said nothing' : `:\n${shortened(lines).join('\n')}`;
    return new FoundryError('FND_SERVICE_FAILED', `service ${this.spec.name} ${cause}${said}`, {
      hint: `The whole log is ${this.#log}.`,
    });
  }

  #died(launched: Launched, how: string): void {
    if (this.#launched !== launched || this.#stopping.signal.aborted) return;
    this.#launched = undefined;
    if (this.#restarts >= (this.spec.maxRestarts ?? MAX_RESTARTS)) {
      this.#reason = `${how} again after a restart`;
      this.#change('failed');
      return;
    }
    this.#restarts += 1;
    this.#reason = `restarted because it ${how}`;
    this.#restarting = this.start(this.#stopping.signal).catch(() => undefined);
  }

  #change(state: ServiceStatus['state']): void {
    this.#state = state;
    this.#onChange();
  }
}
