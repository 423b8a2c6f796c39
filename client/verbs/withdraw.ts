import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import { PROFILE_OPTION } from './profile-option.ts';

interface WithdrawOptions {
  readonly reason: string;
  readonly profile?: string;
}

/** `foundry withdraw`: takes back what was published, for everybody who verifies. */
export function registerWithdraw(program: Command, context: ClientContext): void {
  program
    .command('withdraw')
    .description(
      'Withdraw a published release, or one image of it: a signed statement on each digest, and tags back',
    )
    .argument(
      '<image | release>',
      'an image by variant, tag or digest, or a release by version, commit or latest',
    )
    .requiredOption('--reason <text>', 'why, for those who use the image; it is signed, public, and stays')
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'It cannot be taken back. The tags lead to the newest earlier release of the same version that verifies, and are removed where there is none.',
        'Twice is once: a withdrawal that runs is joined, and one that was made is shown. Ctrl-C leaves, and it goes on.',
        '',
        'Exit codes: 0 withdrawn, 2 it was never published, 5 its record is not genuine, 7 a server gave no answer.',
        '',
        'Examples:',
        '  foundry withdraw 4f2d0c1b --reason "CVE-2026-0001 is reachable with the shipped configuration"',
        '  foundry withdraw distroless --reason "the health check is wrong"',
        '  foundry withdraw registry.example/openssl-fips@sha256:… --reason "built from a wrong commit"',
      ].join('\n'),
    )
    .action(async (what: string, { reason, profile }: WithdrawOptions) => {
      if (reason.trim() === '')
        throw new FoundryError(
          'FND_BAD_INPUT',
          '--reason is empty: whoever uses the image wants to know why',
        );
      const { environment, io, signal } = context;
      const { openRegistry } = await import('../../adapters/registry/registry.ts');
      const { readSettings } = await import('../verify/verify-settings.ts');
      const { whatIsWithdrawn } = await import('../withdraw/what-is-withdrawn.ts');
      const { runWithdraw } = await import('../withdraw/run-withdraw.ts');
      const { renderWithdrawal } = await import('../withdraw/render-withdrawal.ts');
      const { ensureWorkers } = await import('../release/ensure-workers.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { whoAsks } = await import('../release/who.ts');
      const { published, trust, login } = await readSettings(profile === undefined ? {} : { profile }, {
        stateFolder: context.directories().state,
        environment,
      });
      if (published === undefined)
        throw new FoundryError('FND_BAD_INPUT', 'without a profile, nobody knows where images are published');
      await ensureWorkers(context);
      const target = await whatIsWithdrawn(
        {
          registry: openRegistry(published.registry, login, signal),
          repository: published.repository,
          trust,
        },
        what,
      );
      const order = { ...target, by: whoAsks(environment), reason: reason.trim() };
      const { how, status } = await withTemporal(context, ({ client }) => runWithdraw(client, order));
      if (how === 'found') io.report('it was withdrawn before; this is what was said then');
      io.result('withdrawal', { how, ...status }, () => renderWithdrawal(status));
    });
}
