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
      const { findRelease } = await import('../release/releases.ts');
      const { renderRelease } = await import('../release/render-release.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { listWithdrawals } = await import('../withdraw/withdrawals.ts');
      const { withdrawalLine } = await import('../withdraw/render-withdrawal.ts');
      const { entry, ui, withdrawals } = await withTemporal(context, async ({ client, uiOf }) => {
        const found = await findRelease(client, word);
        return {
          entry: found,
          ui: uiOf(found),
          withdrawals: withdrawalsOf(await listWithdrawals(client), found),
        };
      });
      io.result('release', { ui, ...entry, withdrawals }, () =>
        [
          ...withdrawals.map((one) => `WITHDRAWN: ${withdrawalLine(one)}`),
          renderRelease(entry, ui, io.colour),
        ].join('\n'),
      );
    });
}
