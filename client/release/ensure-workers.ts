import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { type EmbeddedService, SERVICE_GROUPS } from '../../services/embedded/names.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { type ClientContext, waitingTurn } from '../context.ts';
import { isTemporalElsewhere } from './temporal.ts';

/** What a release needs to go on. */
const NEEDED: readonly EmbeddedService[] = [
  'temporal',
  'registry',
  ...(SERVICE_GROUPS['sigstore'] ?? []),
  ...(SERVICE_GROUPS['workers'] ?? []),
];

/**
 * Starts the services and workers that a release goes on by, where they do not run yet; none where Temporal, and so its workers, are
 * elsewhere. Throws what starting services throws.
 */
export async function ensureWorkers(context: ClientContext): Promise<void> {
  if (isTemporalElsewhere(context.environment)) return;
  const directories = context.directories();
  await startEmbedded({
    directories,
    tools: await openToolchain(directories, context.environment),
    only: NEEDED,
    onStarted: ({ name, address }) => context.io.report(`${name} runs at ${address}`),
    ...waitingTurn(context),
  });
}
