import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import type { EmbeddedService } from '../../services/embedded/names.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { type ClientContext, waitingTurn } from '../context.ts';

/** What a release needs to go on. */
const NEEDED: readonly EmbeddedService[] = ['temporal', 'registry', 'worker-control', 'worker-build'];

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
