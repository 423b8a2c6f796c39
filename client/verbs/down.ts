import type { Command } from 'commander';
import { stopServices } from '../../services/control.ts';
import { type ClientContext, waitingTurn } from '../context.ts';

/** `foundry down`: stops every service of the state folder; their state stays. */
export function registerDown(program: Command, context: ClientContext): void {
  program
    .command('down')
    .description('Stop all services; what they hold on disk stays')
    .addHelpText('after', '\nExamples:\n  foundry down')
    .action(async () => {
      const stopped = await stopServices(context.directories(), waitingTurn(context));
      context.io.result('down', { stopped }, () =>
        stopped.length === 0
          ? 'no services were running'
          : `${stopped.length} services stopped: ${stopped.join(', ')}`,
      );
    });
}
