import { type Command, InvalidArgumentError } from 'commander';
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
      const { listReleases } = await import('../release/releases.ts');
      const { renderList } = await import('../release/render-release.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const entries = await withTemporal(context, ({ client }) => listReleases(client, new Date()));
      const shown = entries.slice(0, limit);
      const releases = shown.map((entry) => ({ ...entry, status: undefined }));
      io.result('releases', { releases, total: entries.length }, () => renderList(shown, io.colour));
    });
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`${JSON.stringify(text)} is not a number from 1 on`);
}
