import { type Command, Option } from 'commander';
import { type Platform, PLATFORMS, type Variant, VARIANTS } from '../../domain/pins/variant.ts';
import type { ClientContext } from '../context.ts';

interface SelftestOptions {
  readonly variant?: Variant;
  readonly platform?: Platform;
  readonly release?: string;
}

/** `foundry selftest`: the compliance suite on any image. */
export function registerSelftest(program: Command, context: ClientContext): void {
  program
    .command('selftest')
    .description('Run the compliance suite on an image, as a release does before it goes on')
    .argument(
      '<image>',
      'standard, distroless or development of the newest release, [host/]repository@sha256:…, or a layout folder',
    )
    .addOption(
      new Option('--variant <variant>', 'what to take it for (default: what it says itself)').choices(
        VARIANTS,
      ),
    )
    .addOption(
      new Option(
        '--platform <platform>',
        'what to take it for (default: what it says itself; of several, this machine)',
      ).choices(PLATFORMS),
    )
    .option(
      '--release <release>',
      'who says what it must be (default: the release that made it, else the newest)',
    )
    .addHelpText(
      'after',
      [
        '',
        'What an image must be (versions, packages, the digest of the module) its release says, and so the services must run. Without',
        'them, checks that need it are not run, and the command does not end with 0. docs/compliance.md lists every check.',
        '',
        'Exit codes: 0 every check passed, 4 a check failed, 6 checks could not be run.',
        '',
        'Examples:',
        '  foundry selftest distroless',
        '  foundry selftest registry.example/openssl-fips@sha256:… --output json',
        '  foundry selftest ./layout --variant standard --platform linux/amd64',
        '  foundry selftest ./layout --release 3.5.7',
      ].join('\n'),
    )
    .action(async (image: string, { variant, platform, release }: SelftestOptions) => {
      const { environment, io, signal } = context;
      const directories = context.directories();
      const { refusalOf, runSelftest } = await import('../selftest/run-selftest.ts');
      const { loginBySearch } = await import('../../adapters/profile/registries-of.ts');
      const { renderSelftest } = await import('../selftest/render-selftest.ts');
      const selftest = await runSelftest({
        image,
        variant,
        platform,
        release,
        directories,
        signal,
        report: io.report,
        login: loginBySearch({ stateFolder: directories.state, environment }),
        newestImage: async (one) => {
          const { newestImage } = await import('../release/newest-image.ts');
          return await newestImage(directories, one, signal);
        },
      });
      io.result('selftest', selftest, () => renderSelftest(selftest, io.colour));
      const refusal = refusalOf(selftest);
      if (refusal !== undefined) throw refusal;
    });
}
