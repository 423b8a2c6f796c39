import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { type EmbeddedService, SERVICE_GROUPS } from '../../services/embedded/names.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { type ClientContext, waitingTurn } from '../context.ts';

/** What a release needs to go on. */
const NEEDED: readonly EmbeddedService[] = [
  'temporal',
  'registry',
  ...(SERVICE_GROUPS['sigstore'] ?? []),
  ...(SERVICE_GROUPS['workers'] ?? []),
];

/** Starts the services and workers that a release goes on by, where they do not run yet. Throws what starting services throws. */
export async function ensureWorkers(context: ClientContext): Promise<void> {
  const directories = context.directories();
  await startEmbedded({
    directories,
    tools: await openToolchain(directories, context.environment),
    only: NEEDED,
    onStarted: ({ name, address }) => context.io.report(`${name} runs at ${address}`),
    ...waitingTurn(context),
  });
}
