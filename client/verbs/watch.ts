import type { Command } from 'commander';
import type { ClientContext } from '../context.ts';

/** `foundry watch`: what every published image is and was exposed to. */
export function registerWatch(program: Command, context: ClientContext): void {
  program
    .command('watch')
    .description('Show what published images are and were exposed to, as of the newest look')
    .addHelpText(
      'after',
      '\nA look is made every few hours; `foundry schedule trigger watch` makes one now.\n\nExamples:\n  foundry watch\n  foundry watch --output json',
    )
    .action(async () => {
      const { io } = context;
      const { ownWatchRecord } = await import('../watch/own-record.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { lookLines } = await import('../watch/look-lines.ts');
      const { newestLook } = await import('../watch/newest-look.ts');
      const { renderRecord } = await import('../watch/render-record.ts');
      const look = await withTemporal(context, ({ client }) => newestLook(client));
      const record = await ownWatchRecord(context).read();
      const now = new Date();
      io.result('watch', { look: look ?? null, record: record ?? null }, () =>
        [
          ...(look === undefined ? ['nobody has looked yet'] : lookLines(look, now)),
          ...(record === undefined ? [] : [renderRecord(record, now)]),
        ].join('\n'),
      );
    });
}
