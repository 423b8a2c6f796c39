import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../adapters/process/run-tool.ts';
import { freePorts, run, type Running, untilSo } from './running.ts';

/** PostgreSQL of this system, on loopback. */
export interface Postgresql {
  readonly port: number;
  readonly running: Running;
}

const INSTALLED = '/usr/lib/postgresql';
const USER = 'temporal';

/** Makes a new cluster in a folder and starts it, with the password in a file. Throws when the Debian package `postgresql` is not installed. */
export async function startPostgresql(folder: string, password: string): Promise<Postgresql> {
  const binaries = join(INSTALLED, (await readdir(INSTALLED)).toSorted().at(-1) ?? '', 'bin');
  const data = join(folder, 'data');
  await mkdir(folder, { recursive: true });
  const as = await otherThanRoot();
  const [port = 0] = await freePorts(1);
  const init = ['-D', data, '-U', USER, '--auth=scram-sha-256', `--pwfile=${password}`, '--encoding=UTF8'];
  await runTool({ tool: 'initdb', file: 'env', args: [...as, join(binaries, 'initdb'), ...init] });
  const running = run({
    command: 'env',
    args: [
      ...as,
      join(binaries, 'postgres'),
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=60',
    ],
    environment: {},
    log: join(folder, 'log'),
  });
  const ready = ['-h', '127.0.0.1', '-p', String(port), '-t', '1'];
  await untilSo(
    'PostgreSQL answers',
    async () =>
      (
        await runTool({
          tool: 'pg_isready',
          file: join(binaries, 'pg_isready'),
          args: ready,
          acceptExitCodes: [1, 2],
        })
      ).exitCode === 0,
    { seconds: 60, running },
  );
  return { port, running };
}

/** PostgreSQL refuses to run as root: then it sees itself as the account of the Debian package, in a namespace of its own. */
async function otherThanRoot(): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const { stdout } = await runTool({ tool: 'id', file: 'id', args: ['-u', 'postgres'] });
  return ['unshare', '--user', `--map-user=${stdout.trim()}`];
}
