import { FoundryError } from '../../domain/errors.ts';
import { ManagedService } from './managed-service.ts';
import { runInOrder, startOrder } from './order.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { ServiceSpec, ServiceStatus } from './service-spec.ts';

/** Owns the services of one state folder. Its methods that change something must not overlap. */
export class Supervisor {
  readonly #services = new Map<string, ManagedService>();
  readonly #logFolder: string;
  readonly #onChange: () => void;

  constructor(logFolder: string, onChange: () => void) {
    this.#logFolder = logFolder;
    this.#onChange = onChange;
  }

  /** Whether it has no service at all, not even a failed one. */
  get isEmpty(): boolean {
    return this.#services.size === 0;
  }

  /** The processes that run now, by service. */
  get processes(): { name: string; process: ProcessIdentity }[] {
    return [...this.#services.values()].flatMap(({ spec, process }) =>
      process === undefined ? [] : [{ name: spec.name, process }],
    );
  }

  /**
   * Starts those services that are not up: each after those it depends on, the others at the same time.
   * All or nothing: when one fails or `signal` aborts, those started here are stopped again and the first error is thrown.
   */
  async start(
    specs: readonly ServiceSpec[],
    signal: AbortSignal,
    onStarted: (status: ServiceStatus) => void,
  ): Promise<void> {
    const up = new Set([...this.#services.values()].filter(({ isUp }) => isUp).map(({ spec }) => spec.name));
    const wanted = startOrder(
      specs.filter(({ name }) => !up.has(name)),
      up,
    );
    const failedBefore = wanted.flatMap(({ name }) => this.#services.get(name) ?? []);
    const failure = new AbortController();
    try {
      await runInOrder(
        wanted,
        ({ dependsOn }) => dependsOn,
        async (spec) => {
          try {
            if (signal.aborted) throw new FoundryError('FND_INTERRUPTED', `${spec.name} was not started`);
            const service = new ManagedService(spec, this.#logFolder, this.#onChange);
            this.#services.set(spec.name, service);
            await service.start(AbortSignal.any([signal, failure.signal]));
            onStarted(await service.status());
          } catch (error) {
            failure.abort();
            throw error;
          }
        },
      );
    } catch (error) {
      await this.#stop(wanted.map(({ name }) => name));
      for (const service of failedBefore) this.#services.set(service.spec.name, service);
      throw error;
    }
  }

  /** Stops every service, each after those that depend on it, and forgets them. */
  async stopAll(): Promise<void> {
    await this.#stop([...this.#services.keys()]);
  }

  /** What is known of each service, in the order they were started. */
  statuses(): Promise<ServiceStatus[]> {
    return Promise.all([...this.#services.values()].map((service) => service.status()));
  }

  async #stop(names: readonly string[]): Promise<void> {
    const services = names.flatMap((name) => this.#services.get(name) ?? []);
    const needed = services.flatMap(({ spec }) => spec.dependsOn);
    const others = new Set(needed.filter((name) => !names.includes(name)));
    const specs = startOrder(
      services.map(({ spec }) => spec),
      others,
    );
    await runInOrder(
      specs.toReversed(),
      ({ name }) => specs.filter(({ dependsOn }) => dependsOn.includes(name)).map((spec) => spec.name),
      async ({ name }) => {
        await this.#services.get(name)?.stop();
        this.#services.delete(name);
      },
    );
    this.#onChange();
  }
}
