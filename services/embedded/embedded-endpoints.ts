import type { Endpoints } from '../endpoints.ts';
import { trustFilesIn } from '../sigstore/trust-files.ts';
import type { ServiceStatus } from '../supervisor/service-spec.ts';
import { type EmbeddedService, SERVICE_GROUPS } from './names.ts';
import type { ServiceContext } from './service-context.ts';
import { signingUrls } from './sigstore.ts';
import { TEMPORAL_NAMESPACE } from './temporal.ts';

/** The endpoints of the embedded services that run. */
export function endpointsOf(
  context: ServiceContext,
  services: readonly ServiceStatus[],
  supervisor: number,
): Endpoints {
  const runs = (name: EmbeddedService): boolean => services.some((there) => isUp(there, name));
  return {
    schemaVersion: 1,
    supervisor,
    temporal: runs('temporal')
      ? {
          address: `127.0.0.1:${context.port('temporal')}`,
          namespace: TEMPORAL_NAMESPACE,
          ui: `http://127.0.0.1:${context.port('temporal-ui')}`,
        }
      : null,
    registry: runs('registry') ? { host: `127.0.0.1:${context.port('registry')}`, plainHttp: true } : null,
    sigstore: (SERVICE_GROUPS['sigstore'] ?? []).every(runs)
      ? { ...signingUrls(context), ...trustFilesIn(context.paths.sigstore) }
      : null,
  };
}

/** Whether a status says that this service is up. A failed one is not; one that only does not answer just now is. */
export function isUp({ name, state }: ServiceStatus, wanted: EmbeddedService): boolean {
  return name === wanted && state !== 'failed' && state !== 'stopped';
}
