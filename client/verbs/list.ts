import { type Command, InvalidArgumentError } from 'commander';
import { withdrawalsOf } from '../../domain/withdrawal/contract.ts';
import type { ClientContext } from '../context.ts';

/** `foundry list`: the releases that Temporal keeps, newest first. */
export function registerList(program: Command, context: ClientContext): void {
  program
    .command('list')
    .description('List releases, newest first, running or not')
    .option('--limit <number>', 'show at most this many', parseLimit, 20)
    .addHelpText('after', '\nExamples:\n  foundry list\n  foundry list --limit 1 --output json')
    .action(async ({ limit }: { limit: number }) => {
      const { io } = context;
      const { awaitedQueues } = await import('../release/awaited-queues.ts');
      const { listReleases } = await import('../release/releases.ts');
      const { renderList } = await import('../release/render-release.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { listWithdrawals } = await import('../withdraw/withdrawals.ts');
      const { entries, awaited, withdrawals } = await withTemporal(context, async ({ client }) => {
        const all = await listReleases(client, new Date());
        return {
          entries: all,
          awaited: await awaitedQueues(client, all, new Date()),
          withdrawals: await listWithdrawals(client),
        };
      });
      const shown = entries.slice(0, limit);
      const releases = shown.map((entry) => ({
        ...entry,
        status: undefined,
        awaits: awaited.get(entry.runId) ?? [],
        withdrawals: withdrawalsOf(withdrawals, entry),
      }));
      io.result('releases', { releases, total: entries.length }, () =>
        renderList(shown, withdrawals, io.colour, awaited),
      );
    });
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not a number from 1 on`);
}
