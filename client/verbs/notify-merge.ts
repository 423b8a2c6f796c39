import { type Command, InvalidArgumentError } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { CommitId } from '../../domain/pins/values.ts';
import type { ClientContext } from '../context.ts';
import type { NotifiedMerge } from '../merge/notify-merge.ts';
import { PROFILE_OPTION } from './profile-option.ts';

/** A worker that is up takes a merge up within moments. */
const PATIENCE = { pauseMs: 250, patienceMs: 5000 };

/** `foundry notify-merge`: what a forge says when pins were merged. */
export function registerNotifyMerge(program: Command, context: ClientContext): void {
  program
    .command('notify-merge')
    .description('Tell that a commit was merged: its release begins, or stands in line')
    .requiredOption('--commit <id>', '40 hex digits', parseCommit)
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'Merged commits are released one at a time; `policy.release.newer` of a newer one says whether it waits or supersedes. Twice is once.',
        'It starts no services, and says what came of it: started, queued, known, or overtaken by a newer commit.',
        'TEMPORAL_ADDRESS and the other variables of Temporal name a server that is not one of the embedded services.',
        '',
        'Exit codes: 0 told, 2 the commit is not on the branch or has open pins, 7 the forge or Temporal gave no answer.',
        '',
        'Examples:',
        '  foundry notify-merge --commit 4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0',
        '  foundry notify-merge --commit "$GITHUB_SHA" --output json',
      ].join('\n'),
    )
    .action(async ({ commit, profile }: { commit: string; profile?: string }) => {
      const { environment, io, signal } = context;
      const { notifyMerge } = await import('../merge/notify-merge.ts');
      const { requestedRelease } = await import('../release/requested-release.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { whoAsks } = await import('../release/who.ts');
      const requested = await requestedRelease({
        profile: profilePath(context.directories().state, environment, profile),
        commit,
        signal,
      });
      const notified = await withTemporal(context, ({ client }) =>
        notifyMerge(client, requested, whoAsks(environment), { ...PATIENCE, signal }),
      );
      io.result('merge', notified, () => described(notified));
    });
}

function described({ how, id, state, by, isSeen, commit }: NotifiedMerge): string {
  if (how === 'started') return `${id} began`;
  if (how === 'overtaken') return `${id} is not begun: ${by ?? ''} is of a newer commit`;
  if (how === 'known') {
    const again = state === 'aborted' ? `; \`./foundry release --commit ${commit}\` makes it again` : '';
    return state === null ? `${id} stands in the line already` : `${id} is known: it is ${state}${again}`;
  }
  return isSeen
    ? `${id} stands in the line`
    : `${id} stands in the line, and no worker has seen it yet: \`./foundry up\` starts them`;
}

function parseCommit(text: string): string {
  if (CommitId.safeParse(text).success) return text;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not a commit of 40 lower-case hex digits`);
}
