import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import type { CheckResult } from '../doctor/check.ts';

/** `foundry doctor`: is everything there that the foundry needs, and what to type where it is not. */
export function registerDoctor(program: Command, context: ClientContext): void {
  program
    .command('doctor')
    .description('Check that everything needed is there, and name the line that fixes what is not')
    .addHelpText('after', '\nExamples:\n  foundry doctor\n  foundry doctor --output json')
    .action(async () => {
      // Loaded only now, so that the other verbs do not wait for it.
      const { examineThisMachine } = await import('../doctor/examine-this-machine.ts');
      const { renderDiagnosis } = await import('../doctor/render-diagnosis.ts');
      const diagnosis = await examineThisMachine(context);
      context.io.result('doctor', diagnosis, () => renderDiagnosis(diagnosis, context.io.colour));
      refuseFailures(diagnosis.checks);
    });
}

function refuseFailures(checks: readonly CheckResult[]): void {
  const [first, ...others] = checks.filter(({ verdict }) => verdict === 'fail');
  if (first === undefined) return;
  const titles = [first, ...others].map(({ title }) => title).join(', ');
  throw new FoundryError('FND_NEEDED_MISSING', `needed and not in order: ${titles}`, {
    hint: first.fix ?? './foundry doctor',
  });
}
