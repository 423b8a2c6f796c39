import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { vi } from 'vitest';

/** A Docker daemon of its own: no network, nothing of the machine's Docker is touched. */
export interface DockerDaemon {
  /** Runs the client; returns its output. Throws when it ends with another code than 0. */
  readonly docker: (...args: string[]) => Promise<string>;
  /** Stops it and removes all that it held. */
  readonly stop: () => Promise<void>;
}

/** The client that the daemon's package brings comes first: a newer one beside it may not speak to this daemon. */
const ENVIRONMENT = { PATH: `/usr/sbin:/usr/bin:${process.env['PATH'] ?? ''}` };
/** How long it has to take down its mounts before it is killed. */
const GRACE_MS = 30_000;

/** Starts one in a new folder. Needs root. Throws with the end of its log when it does not come up. */
export async function startDocker(): Promise<DockerDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-docker-'));
  const [socket, log] = [`unix://${join(folder, 'docker.sock')}`, join(folder, 'log')];
  const daemon = execa(
    'dockerd',
    [
      ['--host', socket, '--pidfile', join(folder, 'pid')],
      ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      // No bridge and no rules: containers run without a network, and the machine keeps its own.
      ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'],
      ['--userland-proxy=false', '--storage-driver=vfs'],
    ].flat(),
    {
      env: ENVIRONMENT,
      reject: false,
      stdin: 'ignore',
      stdout: { file: log },
      stderr: { file: log },
      forceKillAfterDelay: GRACE_MS,
    },
  );
  const docker = async (...args: string[]): Promise<string> =>
    (await execa('docker', ['--host', socket, ...args], { env: ENVIRONMENT, stdin: 'ignore' })).stdout;
  const stop = async (): Promise<void> => {
    daemon.kill('SIGTERM');
    await daemon;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await vi.waitFor(() => docker('version'), { timeout: 60_000, interval: 200 });
  } catch (cause) {
    const said = await readFile(log, 'utf8').catch(() => '');
    await stop();
    throw new Error(`dockerd did not come up:\n${said.slice(-2000)}`, { cause });
  }
  return { docker, stop };
}
