import type { Directories } from '../../adapters/directories/directories.ts';
import { FoundryError } from '../../domain/errors.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import type { StartedServices } from './check.ts';

/** The servers that were started with this state folder; none when nothing was. Throws FND_BAD_DATA for a broken file. */
export async function startedServices(directories: Directories): Promise<StartedServices> {
  try {
    const { temporal, registry, sigstore } = await readEndpoints(directories);
    return {
      ...(temporal === null
        ? {}
        : {
            temporal: [
              { name: 'frontend', address: temporal.address },
              { name: 'UI', address: temporal.ui },
            ],
          }),
      ...(registry === null ? {} : { registry: [{ name: 'API', address: `http://${registry.host}/v2/` }] }),
      ...(sigstore === null
        ? {}
        : {
            sigstore: [
              { name: 'OIDC issuer', address: sigstore.oidc },
              { name: 'Fulcio', address: sigstore.fulcio },
              { name: 'Rekor', address: sigstore.rekor },
              { name: 'timestamp authority', address: sigstore.timestampAuthority },
            ],
          }),
    };
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_NOT_RUNNING') return {};
    throw error;
  }
}
