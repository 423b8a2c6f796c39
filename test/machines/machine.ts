import { copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { freePorts, run, type Running, untilSo } from './running.ts';

const WORKER = join(import.meta.dirname, '..', '..', 'worker', 'main.ts');

/** A machine: a folder that no other one reads, and a worker in it. */
export class Machine {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #health: string;
  readonly #metrics: string;
  #running: Running;

  private constructor(folder: string, environment: Readonly<Record<string, string>>, running: Running) {
    this.folder = folder;
    this.#environment = environment;
    this.#health = `http://${environment['FOUNDRY_HEALTH'] ?? ''}/healthz`;
    this.#metrics = `http://${environment['FOUNDRY_METRICS'] ?? ''}/metrics`;
    this.#running = running;
  }

  /** Sets a machine up in a new folder: its own copies of profile, trust root and secrets; its own state and cache; the tools, as built. */
  static async setUp(
    folder: string,
    given: {
      readonly queues: string;
      readonly store: string;
      readonly lab: string;
      readonly secrets: string;
      readonly temporal: Readonly<Record<string, string>>;
      readonly signs?: boolean;
    },
  ): Promise<Machine> {
    const [state, cache, secrets] = ['state', 'cache', 'secrets'].map((name) => join(folder, name));
    await mkdir(state ?? '', { recursive: true });
    await mkdir(cache ?? '');
    await symlink(join(resolveDirectories(process.env).cache, 'tools'), join(cache ?? '', 'tools'));
    await cp(given.secrets, secrets ?? '', { recursive: true });
    await copyProfile(given.lab, state ?? '');
    const identity = join(secrets ?? '', 'identity.json');
    if (given.signs === true) {
      await copyFile(join(given.lab, 'services', 'identities', 'foundry.json'), identity);
    }
    const [health = 0, metrics = 0] = await freePorts(2);
    const temporal = Object.entries(given.temporal).map(([name, value]) => [
      name,
      value.replace(given.secrets, secrets ?? ''),
    ]);
    const environment: Record<string, string> = {
      ...(Object.fromEntries(temporal) as Record<string, string>),
      FOUNDRY_STATE_DIR: state ?? '',
      FOUNDRY_CACHE_DIR: cache ?? '',
      FOUNDRY_QUEUES: given.queues,
      FOUNDRY_STORE: given.store,
      FOUNDRY_HEALTH: `127.0.0.1:${health}`,
      FOUNDRY_METRICS: `127.0.0.1:${metrics}`,
      FOUNDRY_GRACE_SECONDS: '20',
      ...(given.signs === true
        ? {
            FOUNDRY_SIGNING_IDENTITY_FILE: identity,
            FOUNDRY_PACKAGE_KEY_FILE: join(state ?? '', 'keys', 'apk-signing.rsa'),
          }
        : {}),
    };
    return new Machine(folder, environment, launch(folder, environment));
  }

  /** Waits until its worker serves its queues. */
  async untilWell(): Promise<void> {
    await untilSo('the worker is well', async () => (await fetch(this.#health)).status === 200, {
      seconds: 180,
      running: this.#running,
    });
  }

  async metrics(): Promise<string> {
    return await (await fetch(this.#metrics)).text();
  }

  log(): Promise<string> {
    return this.#running.log();
  }

  end(signal?: NodeJS.Signals): Promise<number | null> {
    return this.#running.end(signal, 60_000);
  }

  /** Starts its worker again. */
  startAgain(): void {
    this.#running = launch(this.folder, this.#environment);
  }
}

function launch(folder: string, environment: Readonly<Record<string, string>>): Running {
  return run({
    command: process.execPath,
    args: [WORKER],
    environment,
    log: join(folder, 'log'),
    cwd: folder,
  });
}

/** The profile of the lab and the files that it names, as an operator would copy them. */
async function copyProfile(lab: string, state: string): Promise<void> {
  const text = await readFile(join(lab, 'profile.hcl'), 'utf8');
  const root = join(lab, 'services', 'sigstore', 'trusted_root.json');
  await writeFile(join(state, 'profile.hcl'), text.replaceAll(root, 'trusted_root.json'));
  await copyFile(root, join(state, 'trusted_root.json'));
  await copyFile(join(lab, 'forge.token'), join(state, 'forge.token'));
}
