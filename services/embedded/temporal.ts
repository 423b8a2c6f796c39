import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../domain/release/contract.ts';
import type { ServiceSpec } from '../supervisor/service-spec.ts';
import { flags } from './flags.ts';
import type { ServiceContext } from './service-context.ts';

/** The namespace the foundry's workflows live in; the dev server makes it by itself. */
export const TEMPORAL_NAMESPACE = 'default';

/** The Temporal dev server with its UI, on a database file. Ready when the namespace answers. */
export function temporalService({ paths, tools, port }: ServiceContext): ServiceSpec {
  const http = port('temporal-http');
  return {
    name: 'temporal',
    command: tools.path('temporal'),
    args: [
      'server',
      'start-dev',
      ...flags({
        'log-level': 'warn',
        'log-format': 'json',
        ip: '127.0.0.1',
        port: port('temporal'),
        'http-port': http,
        'ui-ip': '127.0.0.1',
        'ui-port': port('temporal-ui'),
        'metrics-port': port('temporal-metrics'),
        'db-filename': join(paths.temporal, 'temporal.sqlite'),
        namespace: TEMPORAL_NAMESPACE,
      }),
      ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ],
    env: {},
    ports: {
      grpc: port('temporal'),
      ui: port('temporal-ui'),
      http,
      metrics: port('temporal-metrics'),
    },
    address: `127.0.0.1:${port('temporal')}`,
    health: { url: `http://127.0.0.1:${http}/api/v1/namespaces/${TEMPORAL_NAMESPACE}`, status: 200 },
    dependsOn: [],
    startTimeoutMs: 60_000,
    dataFolder: paths.temporal,
  };
}
