import { Argument, type Command } from 'commander';
import { COMPLETE_COMMAND, completionScript, type Shell, SHELLS } from '../completion/scripts.ts';
import type { ClientContext } from '../context.ts';

/** `foundry completion`: a script for a shell, which asks a hidden command what may come next. */
export function registerCompletion(program: Command, context: ClientContext): void {
  program
    .command('completion')
    .description('Print the script that completes verbs, options, images and releases in a shell')
    .addArgument(new Argument('<shell>', 'whose script').choices(SHELLS))
    .addHelpText(
      'after',
      [
        '',
        'Releases are suggested while Temporal answers. Nothing that was typed is run.',
        '',
        'Examples:',
        '  eval "$(foundry completion bash)"',
        '  foundry completion bash > ~/.local/share/bash-completion/completions/foundry',
        '  foundry completion zsh > ~/.zfunc/_foundry',
        '  foundry completion fish > ~/.config/fish/completions/foundry.fish',
      ].join('\n'),
    )
    .action((shell: Shell) => {
      const script = completionScript(shell);
      context.io.result('completion', { shell, script }, () => script);
    });
  program
    .command(COMPLETE_COMMAND, { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { candidatesFor } = await import('../completion/candidates.ts');
      const candidates = await candidatesFor(program, words, async () => {
        // The client of Temporal takes longer to load than anything else here takes.
        const { releaseWords } = await import('../completion/release-words.ts');
        return await releaseWords(context);
      });
      context.io.result('candidates', { candidates }, () =>
        candidates.map(({ word, description }) => `${word}\t${description}`).join('\n'),
      );
    });
}
