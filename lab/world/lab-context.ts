import type { Directories } from '../../adapters/directories/directories.ts';
import { createRegistry, type Registry } from '../../adapters/registry/registry.ts';
import type { Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { Endpoints } from '../../services/endpoints.ts';
import { labLayout, type LabLayout } from './layout.ts';

/** What everything that makes the lab's world needs: where, with which tools, against which services. */
export interface LabContext {
  readonly directories: Directories;
  readonly layout: LabLayout;
  readonly tools: Toolchain;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly registry: Registry;
  readonly sigstore: NonNullable<Endpoints['sigstore']>;
  /** The address of the lab's own server, such as `http://127.0.0.1:20123`. */
  readonly url: string;
}

/** What a caller gives; the rest follows from the running services. */
export interface LabSettings extends Pick<LabContext, 'directories' | 'tools' | 'report' | 'signal'> {
  readonly endpoints: Endpoints;
  readonly port: number;
}

/** Puts the context together. Throws FND_NOT_RUNNING when the registry or the private Sigstore does not run. */
export function labContext({ endpoints, port, ...given }: LabSettings): LabContext {
  const { registry, sigstore } = endpoints;
  if (registry === null || sigstore === null) {
    throw new FoundryError('FND_NOT_RUNNING', 'the lab needs the registry and the private Sigstore', {
      hint: 'Start them with `./foundry up`.',
    });
  }
  return {
    ...given,
    layout: labLayout(given.directories),
    registry: createRegistry(registry),
    sigstore,
    url: `http://127.0.0.1:${port}`,
  };
}
