import { type Command, InvalidArgumentError } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { durationMs, DurationText } from '../../domain/pins/values.ts';
import type { ClientContext } from '../context.ts';
import { PROFILE_OPTION } from './profile-option.ts';

interface IngestOptions {
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly acceptGrowth?: boolean;
  readonly unlessWithin?: number;
}

/** `foundry ingest`: asks the upstreams, verifies everything, decides by policy, and commits or proposes the pins and the lock. */
export function registerIngest(program: Command, context: ClientContext): void {
  program
    .command('ingest')
    .description('Resolve and verify every input, and write the pins and the lock into the forge')
    .option(...PROFILE_OPTION)
    .option('--dry-run', 'resolve, verify and decide, and write nothing')
    .option('--accept-growth', 'let more packages join than policy.ingest.growth allows')
    .option(
      '--unless-within <time>',
      'do nothing when the schedule looked within that time or is paused',
      parseSpan,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  foundry ingest\n  foundry ingest --dry-run --output json\n  foundry ingest --unless-within 3h',
    )
    .action(async ({ profile, dryRun, acceptGrowth, unlessWithin }: IngestOptions) => {
      const { io, environment, signal } = context;
      if (unlessWithin !== undefined) {
        const { whyLeft } = await import('../ingest/left-to-schedule.ts');
        const { isLeft, because } = await whyLeft(context, unlessWithin);
        if (isLeft) {
          io.result('ingest-left', { because }, () => `left to the schedule: ${because}`);
          return;
        }
        io.report(`not left to the schedule: ${because}`);
      }
      const directories = context.directories();
      const [{ runIngest }, { renderIngest }, { storePlaceOf }] = await Promise.all([
        import('../ingest/run-ingest.ts'),
        import('../ingest/render-ingest.ts'),
        import('../../adapters/store/open-store.ts'),
      ]);
      const outcome = await runIngest({
        profile: profilePath(directories.state, environment, profile),
        stateFolder: directories.state,
        storePlace: storePlaceOf(environment),
        isDryRun: dryRun === true,
        isGrowthAccepted: acceptGrowth === true,
        report: io.report,
        signal,
      });
      io.result('ingest', outcome, () => renderIngest(outcome, new Date()));
    });
}

function parseSpan(text: string): number {
  if (DurationText.safeParse(text).success) return durationMs(text);
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not a time such as 90m, 3h or 1d`);
}
