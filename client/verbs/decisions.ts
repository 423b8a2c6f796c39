import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import { ABORT_UPDATE, APPROVE_UPDATE, RETRY_UPDATE } from '../../domain/release/contract.ts';
import type { ClientContext } from '../context.ts';
import type { Verb } from '../release/decide.ts';
import type { ReleaseEntry } from '../release/release-entry.ts';

const RELEASE = 'its id, the beginning of its commit, its version, or latest';

/** `foundry retry`, `foundry approve` and `foundry abort`: what a person says to a release. */
export function registerDecisions(program: Command, context: ClientContext): void {
  program
    .command(RETRY_UPDATE)
    .description('Let a release that waits for an operator try its stage again')
    .argument('<release>', RELEASE)
    .option('--reason <text>', 'what was mended; it stands in the history', '')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry retry latest --reason "the registry is back"\n  foundry retry 4f2d0c1b',
    )
    .action(async (word: string, { reason }: { reason: string }) => {
      const entry = await decided(context, word, RETRY_UPDATE, reason);
      context.io.result(RETRY_UPDATE, entry, () => `${entry.id} tries ${entry.stage ?? 'its stage'} again`);
    });
  program
    .command(APPROVE_UPDATE)
    .description('Say yes to a release that policy does not publish without a person')
    .argument('<release>', RELEASE)
    .option('--reason <text>', 'what the decision goes by; it stands in the record', '')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry approve latest --reason "change 1234"\n  foundry approve 4f2d0c1b',
    )
    .action(async (word: string, { reason }: { reason: string }) => {
      const entry = await decided(context, word, APPROVE_UPDATE, reason);
      context.io.result(APPROVE_UPDATE, entry, () => `${entry.id} is approved and goes on`);
    });
  program
    .command(ABORT_UPDATE)
    .description('End a release that runs or waits, and take back what it did')
    .argument('<release>', RELEASE)
    .requiredOption('--reason <text>', 'why; it stands in the record')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry abort latest --reason "a newer core is out"\n  foundry abort 4f2d0c1b --reason "wrong commit"',
    )
    .action(async (word: string, { reason }: { reason: string }) => {
      if (reason.trim() === '') {
        throw new FoundryError(
          'FND_BAD_INPUT',
          '--reason is empty: whoever reads the record wants to know why',
        );
      }
      const entry = await decided(context, word, ABORT_UPDATE, reason);
      const { shortCommit } = await import('../release/select-release.ts');
      context.io.result(
        ABORT_UPDATE,
        entry,
        () =>
          `${entry.id} ends and takes back what it did (it is ${entry.state}); see \`./foundry show ${shortCommit(entry)}\``,
      );
    });
}

/** The decision needs the services and the workers: they are started where they do not run. */
async function decided(
  context: ClientContext,
  word: string,
  verb: Verb,
  reason: string,
): Promise<ReleaseEntry> {
  const { decide } = await import('../release/decide.ts');
  const { ensureWorkers } = await import('../release/ensure-workers.ts');
  const { withTemporal } = await import('../release/temporal.ts');
  const { whoAsks } = await import('../release/who.ts');
  await ensureWorkers(context);
  return await withTemporal(context, ({ client }) =>
    decide(client, word, verb, { by: whoAsks(context.environment), reason }),
  );
}
