import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import { PROFILE_OPTION } from './profile-option.ts';

/** `foundry diff`: what changed between two releases, by what is signed of them. */
export function registerDiff(program: Command, context: ClientContext): void {
  program
    .command('diff')
    .description('Show what changed between two published releases: pins, packages, sizes, CVEs')
    .argument('<release>', 'its id, the beginning of its commit, its version, or latest')
    .argument(
      '[other-release]',
      'the later one (default: the first is the later one, and is compared with the one before it)',
    )
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'Everything is read from the signed records, SBOMs and provenances in the registry; which CVEs were fixed the watch tells, where it knows.',
        '',
        'Examples:',
        '  foundry diff latest',
        '  foundry diff 4f2d0c1b 9a8b7c6d',
        '  foundry diff 3.5.6 3.5.7 --output json',
      ].join('\n'),
    )
    .action(async (first: string, second: string | undefined, { profile }: { profile?: string }) => {
      const { environment, io, signal } = context;
      const { openRegistry } = await import('../../adapters/registry/registry.ts');
      const { readSettings } = await import('../verify/verify-settings.ts');
      const { releasesMeant } = await import('../diff/releases-meant.ts');
      const { evidentRelease } = await import('../diff/read-evidence.ts');
      const { compareReleases } = await import('../diff/compare-releases.ts');
      const { renderDifference } = await import('../diff/render-difference.ts');
      const { ownWatchRecord } = await import('../watch/own-record.ts');
      const { published, trust, login } = await readSettings(profile === undefined ? {} : { profile }, {
        stateFolder: context.directories().state,
        environment,
      });
      if (published === undefined)
        throw new FoundryError(
          'FND_BAD_INPUT',
          'without a profile, nobody knows where releases are published',
          {
            hint: 'Name one with --profile.',
          },
        );
      const place = {
        registry: openRegistry(published.registry, login, signal),
        repository: published.repository,
        trust,
      };
      const [before, after] = await releasesMeant(place, first, second);
      const difference = compareReleases(
        await evidentRelease(place, before),
        await evidentRelease(place, after),
        await ownWatchRecord(context).read(),
      );
      io.result('difference', difference, () => renderDifference(difference));
    });
}
