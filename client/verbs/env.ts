import type { Command } from 'commander';
import type { ClientContext } from '../context.ts';

/** `foundry env`: what commands go by here, and who says so. */
export function registerEnv(program: Command, context: ClientContext): void {
  program
    .command('env')
    .description(
      'Show what commands go by: folders, profile, servers, variables, tools, and where each comes from',
    )
    .addHelpText(
      'after',
      '\nNothing is started or asked. Values that may be secrets are not shown.\n\nExamples:\n  foundry env\n  foundry env --output json',
    )
    .action(async () => {
      const { describeEnvironment } = await import('../environment/describe-environment.ts');
      const { renderEnvironment } = await import('../environment/render-environment.ts');
      const described = await describeEnvironment({
        directories: context.directories(),
        environment: context.environment,
        root: context.root,
        output: context.io.format,
        isGiven: (option) => program.getOptionValueSource(option) === 'cli',
      });
      context.io.result('environment', described, () => renderEnvironment(described));
    });
}
