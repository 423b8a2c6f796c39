import type { Command } from 'commander';
import type { ClientContext } from '../context.ts';

/** `foundry run`: a command in an image, in the sandbox; ends with the exit code of the command. */
export function registerRun(program: Command, context: ClientContext): void {
  program
    .command('run')
    .description('Run a command in an image: no network, read-only, no capabilities, its own user')
    .argument(
      '<image>',
      'standard, distroless or development of the newest release, or [host/]repository@sha256:…',
    )
    .argument('[command...]', 'after --: the whole command (default: what the image runs by itself)')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry run standard -- openssl version -a\n  echo abc | foundry run distroless -- openssl sha256\n  foundry run openssl/standard@sha256:… -- fips-healthcheck',
    )
    .action(async (image: string, command: string[]) => {
      const { environment, io, signal } = context;
      const directories = context.directories();
      const { runImage } = await import('../run/run-image.ts');
      const { loginBySearch } = await import('../../adapters/profile/registries-of.ts');
      // The one verb whose exit code is not ours: main.ts leaves it as it is set here.
      process.exitCode = await runImage({
        image,
        command,
        directories,
        signal,
        report: io.report,
        login: loginBySearch({ stateFolder: directories.state, environment }),
        newestImage: async (variant) => {
          const { newestImage } = await import('../release/newest-image.ts');
          return await newestImage(directories, variant, signal);
        },
      });
    });
}
