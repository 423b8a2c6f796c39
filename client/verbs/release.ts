import { type Command, InvalidArgumentError, Option } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { CommitId } from '../../domain/pins/values.ts';
import type { ClientContext } from '../context.ts';
import type { AskedRelease, ReleaseCall } from '../release/run-release.ts';
import { PROFILE_OPTION } from './profile-option.ts';

interface ReleaseOptions {
  readonly commit?: string;
  readonly wait?: boolean;
  readonly detach?: boolean;
  readonly rebuild?: boolean;
  readonly profile?: string;
}

/** `foundry release`: makes a release of a commit of the forge, or joins the one that is being made. */
export function registerRelease(program: Command, context: ClientContext): void {
  program
    .command('release')
    .description('Release a commit of the forge: audit, ingest, build twice, self-test')
    .option('--commit <id>', '40 hex digits (default: the newest of the profile’s branch)', parseCommit)
    .addOption(
      new Option('--wait', 'stay to the end, for an operator too (default on a terminal)').conflicts(
        'detach',
      ),
    )
    .option('--detach', 'start it and leave')
    .option('--rebuild', 'build everything anew, also when it was released before')
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'The same release asked for twice is one: the second call follows the first, or prints its record.',
        'Ctrl-C leaves, and the release goes on. Without a terminal and without --wait the command ends with 8 when an operator is needed.',
        '',
        'Exit codes: 0 completed, 4 a check failed or it was aborted, 2 or 5 something was refused, 7 something needed was not there, 8 it waits for an operator, 130 left.',
        '',
        'Examples:',
        '  foundry release',
        '  foundry release --detach',
        '  foundry release --commit 4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0 --output json',
        '  foundry release --rebuild',
      ].join('\n'),
    )
    .action(async (options: ReleaseOptions) => {
      const { asked, ending } = await askFor(context, options);
      const { io } = context;
      const { renderRelease } = await import('../release/render-release.ts');
      io.result('release', { how: asked.how, ui: asked.ui, ...asked.entry }, () =>
        renderRelease(asked.entry, asked.ui, io.colour),
      );
      if (ending !== undefined) throw ending;
    });
}

async function askFor(
  context: ClientContext,
  { commit, wait, detach, rebuild, profile }: ReleaseOptions,
): Promise<{ asked: AskedRelease; ending: Error | undefined }> {
  const { environment, io, signal } = context;
  const directories = context.directories();
  // Loaded only now: the client of Temporal takes longer to load than most verbs take to run.
  const { endingOf } = await import('../release/ending.ts');
  const { ensureWorkers } = await import('../release/ensure-workers.ts');
  const { requestedRelease } = await import('../release/requested-release.ts');
  const { runRelease } = await import('../release/run-release.ts');
  const { withTemporal } = await import('../release/temporal.ts');
  const { whoAsks } = await import('../release/who.ts');

  const identity = await requestedRelease({
    profile: profilePath(directories.state, environment, profile),
    signal,
    ...(commit === undefined ? {} : { commit }),
  });
  await ensureWorkers(context);
  const stay: ReleaseCall['stay'] = detach === true ? 'detach' : wait === true ? 'wait' : 'follow';
  const asked = await withTemporal(context, (temporal) =>
    runRelease(temporal, {
      identity,
      isRebuild: rebuild === true,
      by: whoAsks(environment),
      stay,
      io,
      signal,
    }),
  );
  return { asked, ending: stay === 'detach' ? undefined : endingOf(asked.entry) };
}

function parseCommit(text: string): string {
  if (CommitId.safeParse(text).success) return text;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not a commit of 40 lower-case hex digits`);
}
