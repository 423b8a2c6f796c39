import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import type { WrittenPage } from '../report/run-report.ts';
import { PROFILE_OPTION } from './profile-option.ts';

interface ReportOptions {
  readonly to?: string;
  readonly index?: boolean;
  readonly all?: boolean;
  readonly profile?: string;
}

/** `foundry report`: a release as one page that anybody can read, or all releases. */
export function registerReport(program: Command, context: ClientContext): void {
  program
    .command('report')
    .description('Write a release as one HTML file that needs no network, or all releases')
    .argument('[release]', 'its id, the beginning of its commit, its version, or latest (the default)')
    .option('--to <path>', 'the file to write; with --all the folder (default: in the working folder)')
    .option('--index', 'the page over all releases, with the timeline of known vulnerabilities, alone')
    .option('--all', 'a page for each release, and the page over all of them that leads there')
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'Everything that was signed is verified again before it is on the page; what does not hold, or is not there, is shown as that.',
        'The same release gives the same bytes.',
        '',
        'Examples:',
        '  foundry report',
        '  foundry report 4f2d0c1b --to release.html',
        '  foundry report --index --to index.html',
        '  foundry report --all --to ./report',
      ].join('\n'),
    )
    .action(async (word: string | undefined, options: ReportOptions) => {
      const { io } = context;
      const pages = await write(word, options, context);
      io.result('report', { pages }, () =>
        pages.map(({ path, bytes, sha256 }) => `${path}  ${bytes} bytes  sha256:${sha256}`).join('\n'),
      );
    });
}

async function write(
  word: string | undefined,
  { to, index = false, all = false, profile }: ReportOptions,
  context: ClientContext,
): Promise<WrittenPage[]> {
  const given = [index && '--index', all && '--all', word !== undefined && 'a release'].filter(Boolean);
  if (given.length > 1)
    throw new FoundryError('FND_BAD_INPUT', `${given.join(' and ')} cannot be asked for together`, {
      hint: '`./foundry report --help` tells what can be written.',
    });
  const { reportAll, reportIndex, reportRelease } = await import('../report/run-report.ts');
  if (index) return [await reportIndex(context, to)];
  const { readSettings } = await import('../verify/verify-settings.ts');
  const settings = await readSettings(profile === undefined ? {} : { profile }, {
    stateFolder: context.directories().state,
    environment: context.environment,
  });
  if (all) return await reportAll(context, settings, to);
  return [await reportRelease(context, settings, { word: word ?? 'latest', to })];
}
