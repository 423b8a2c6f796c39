import type { Command } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import type { ClientContext } from '../context.ts';

interface IngestOptions {
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly acceptGrowth?: boolean;
}

/** `foundry ingest`: asks the upstreams, verifies everything, decides by policy, and commits or proposes the pins and the lock. */
export function registerIngest(program: Command, context: ClientContext): void {
  program
    .command('ingest')
    .description('Resolve and verify every input, and write the pins and the lock into the forge')
    .option(
      '--profile <file>',
      'endpoints and trust roots (default: FOUNDRY_PROFILE, then the state folder’s own)',
    )
    .option('--dry-run', 'resolve, verify and decide, and write nothing')
    .option('--accept-growth', 'let more packages join than policy.ingest.growth allows')
    .addHelpText('after', '\nExamples:\n  foundry ingest\n  foundry ingest --dry-run --output json')
    .action(async ({ profile, dryRun, acceptGrowth }: IngestOptions) => {
      const { io, environment, signal } = context;
      const directories = context.directories();
      const [{ runIngest }, { renderIngest }] = await Promise.all([
        import('../ingest/run-ingest.ts'),
        import('../ingest/render-ingest.ts'),
      ]);
      const outcome = await runIngest({
        profile: profilePath(directories.state, environment, profile),
        stateFolder: directories.state,
        isDryRun: dryRun === true,
        isGrowthAccepted: acceptGrowth === true,
        report: io.report,
        signal,
      });
      io.result('ingest', outcome, () => renderIngest(outcome, new Date()));
    });
}
