import type { Command } from 'commander';
import { withdrawalsOf } from '../../domain/withdrawal/contract.ts';
import type { ClientContext } from '../context.ts';

/** `foundry show`: all that is known of one release. */
export function registerShow(program: Command, context: ClientContext): void {
  program
    .command('show')
    .description('Show a release: stages, checks that did not pass, images, what an abort took back')
    .argument('[release]', 'its id, the beginning of its commit, its version, or latest', 'latest')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry show\n  foundry show 4f2d0c1b\n  foundry show 3.5.7 --output json',
    )
    .action(async (word: string) => {
      const { io } = context;
      const { awaitedQueues } = await import('../release/awaited-queues.ts');
      const { lookAgain, listReleases } = await import('../release/releases.ts');
      const { isOpen } = await import('../release/release-entry.ts');
      const { renderRelease } = await import('../release/render-release.ts');
      const { selectRelease } = await import('../release/select-release.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { listWithdrawals } = await import('../withdraw/withdrawals.ts');
      const { withdrawalLine } = await import('../withdraw/render-withdrawal.ts');
      const { entry, ui, awaits, withdrawals } = await withTemporal(context, async ({ client, uiOf }) => {
        const all = await listReleases(client, new Date());
        const found = await lookAgain(client, selectRelease(all, word));
        // The others are asked, too: a worker that is busy with them is there.
        const others = all.filter(({ runId }) => runId !== found.runId);
        const awaited = isOpen(found)
          ? await awaitedQueues(client, [found, ...others], new Date())
          : undefined;
        return {
          entry: found,
          ui: uiOf(found),
          awaits: awaited?.get(found.runId) ?? [],
          withdrawals: withdrawalsOf(await listWithdrawals(client), found),
        };
      });
      io.result('release', { ui, ...entry, awaits, withdrawals }, () =>
        [
          ...withdrawals.map((one) => `WITHDRAWN: ${withdrawalLine(one)}`),
          renderRelease(entry, ui, io.colour, awaits),
        ].join('\n'),
      );
    });
}
