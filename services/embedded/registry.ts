import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { ServiceSpec } from '../supervisor/service-spec.ts';
import type { ServiceContext } from './service-context.ts';

/** The OCI registry (distribution v3) on disk. It has no referrers API, like ghcr.io, so the fallback tag is what runs. */
export async function registryService({ paths, tools, port }: ServiceContext): Promise<ServiceSpec> {
  const storage = join(paths.registry, 'storage');
  const config = join(paths.registry, 'config.yaml');
  await makeFolder(storage, 0o700);
  await writeFileAtomic(config, renderRegistryConfig(storage, port('registry')));
  return {
    name: 'registry',
    command: tools.path('registry'),
    args: ['serve', config],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    ports: { http: port('registry') },
    address: `127.0.0.1:${port('registry')}`,
    health: { url: `http://127.0.0.1:${port('registry')}/v2/`, status: 200 },
    dependsOn: [],
    startTimeoutMs: 20_000,
  };
}

/** The registry's configuration, YAML. Deleting is allowed, because a failed release takes its quarantined images back. */
function renderRegistryConfig(storage: string, port: number): string {
  return stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, headers: { 'X-Content-Type-Options': ['nosniff'] } },
  });
}
