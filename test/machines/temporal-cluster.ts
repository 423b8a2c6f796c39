import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../adapters/process/run-tool.ts';
import type { Postgresql } from './postgresql.ts';
import { run, type Running, untilSo } from './running.ts';

const TOOLS = join(import.meta.dirname, '..', '..', 'tools');
const NAMESPACE = 'default';

/** A Temporal server on PostgreSQL, with TLS on both sides. */
export interface TemporalCluster {
  /** The variables with which every program of Temporal finds it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly running: Running;
}

/**
 * Builds the server where it is not built yet, makes its schema, starts it as it is shipped, with the secrets of
 * `tools/machine-secrets.sh`, and makes the namespace.
 */
export async function startTemporalCluster(options: {
  readonly folder: string;
  /** Where the server is built into. */
  readonly binaries: string;
  readonly secrets: string;
  readonly database: Postgresql;
  /** The first of eight free ports. */
  readonly port: number;
  /** The `temporal` command. */
  readonly cli: string;
}): Promise<TemporalCluster> {
  const { folder, binaries, secrets, database, port, cli } = options;
  await mkdir(folder, { recursive: true });
  const build = join(TOOLS, 'temporal-server.sh');
  await runTool({ tool: 'temporal-server.sh', file: build, args: [binaries, '--without-ui'] });
  const address = `127.0.0.1:${port}`;
  const databaseAddress = `127.0.0.1:${database.port}`;
  const password = { PGPASSFILE: join(secrets, 'pgpass') };
  const schema = {
    PATH: `${binaries}:${process.env['PATH'] ?? ''}`,
    ...password,
    POSTGRES_ADDRESS: databaseAddress,
  };
  await runTool({
    tool: 'temporal-schema.sh',
    file: join(TOOLS, 'temporal-schema.sh'),
    args: [],
    env: schema,
  });
  const running = run({
    command: join(binaries, 'temporal-server'),
    args: ['--root', join(TOOLS, 'temporal-server'), '--env', 'foundry', '--allow-no-auth', 'start'],
    environment: {
      ...password,
      POSTGRES_ADDRESS: databaseAddress,
      TEMPORAL_PORT: String(port),
      TEMPORAL_TLS_CERT: join(secrets, 'server.crt'),
      TEMPORAL_TLS_KEY: join(secrets, 'server.key'),
      TEMPORAL_TLS_CA: join(secrets, 'ca.crt'),
    },
    log: join(folder, 'log'),
  });
  const environment = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    TEMPORAL_TLS_SERVER_NAME: 'temporal',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(secrets, 'ca.crt'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: join(secrets, 'client.crt'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(secrets, 'client.key'),
  };
  const ask = (...args: string[]) => runTool({ tool: 'temporal', file: cli, args, env: environment });
  const health = () => ask('operator', 'cluster', 'health');
  await untilSo('Temporal answers', async () => (await health()).stdout.includes('SERVING'), {
    seconds: 120,
    running,
  });
  await ask('operator', 'namespace', 'create', '--namespace', NAMESPACE, '--retention', '90d');
  await untilSo('the namespace is known', async () => (await ask('workflow', 'list')).exitCode === 0, {
    seconds: 60,
    running,
  });
  return { environment, running };
}
