import type { Command } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import type { IngestOutcome } from '../ingest/run-ingest.ts';
import type { ClientContext } from '../context.ts';

interface IngestOptions {
  readonly profile?: string;
  readonly dryRun?: boolean;
}

/** `foundry ingest`: asks the upstream, verifies everything, and commits the pins and the lock. */
export function registerIngest(program: Command, context: ClientContext): void {
  program
    .command('ingest')
    .description('Resolve and verify every input, and write the pins and the lock into the forge')
    .option(
      '--profile <file>',
      'endpoints and trust roots (default: FOUNDRY_PROFILE, then the state folder’s own)',
    )
    .option('--dry-run', 'resolve and verify, and write nothing')
    .addHelpText('after', '\nExamples:\n  foundry ingest\n  foundry ingest --dry-run --output json')
    .action(async ({ profile, dryRun }: IngestOptions) => {
      const { io, environment, signal } = context;
      const directories = context.directories();
      const { runIngest } = await import('../ingest/run-ingest.ts');
      const outcome = await runIngest({
        profile: profilePath(directories.state, environment, profile),
        stateFolder: directories.state,
        isDryRun: dryRun === true,
        report: io.report,
        signal,
      });
      io.result('ingest', outcome, () => summary(outcome));
    });
}

function summary({ isChanged, isDryRun, commit, changes, checks }: IngestOutcome): string {
  const verified = `${checks.length} checks passed`;
  if (!isChanged) return `nothing changed: the pins of ${commit} are those of today (${verified})`;
  const place = isDryRun ? `these would follow ${commit}` : `committed as ${commit}`;
  return [...changes, `${changes.length} changes, ${verified}; ${place}`].join('\n');
}
