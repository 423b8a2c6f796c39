import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { wholeProgram } from '../../client/reference/whole-program.ts';
import { type ShownCommand, shownCommands } from './shown-commands.ts';

const PAGES = readdirSync(fileURLToPath(new URL('../../docs/', import.meta.url))).filter((file) =>
  file.endsWith('.md'),
);
/** What stands for a commit where a page leaves it to the reader. */
const COMMIT = '4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0';

/** What a command that is only named in the text may lack. */
const LACKS: ReadonlySet<string> = new Set([
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
]);

/** The command with all its verbs, which reads a command line and does nothing. */
function harmless(): Command {
  const program = wholeProgram();
  const disarm = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => undefined);
    for (const one of command.commands) disarm(one);
  };
  disarm(program);
  return program;
}

async function parse({ words, isWhole }: ShownCommand): Promise<string> {
  try {
    await harmless().parseAsync(
      words.map((word) => (word === '…' ? COMMIT : word)),
      { from: 'user' },
    );
    return 'read';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return !isWhole && LACKS.has(error.code) ? 'read' : error.message;
  }
}

describe('what the pages tell people to type', () => {
  const shown = PAGES.flatMap((page) =>
    shownCommands(page, './foundry').map((one) => [page, one.words.join(' '), one] as const),
  );

  it('is more than nothing', () => {
    expect(shown.length).toBeGreaterThan(60);
    expect(shown.filter(([page]) => page === 'runbook.md').length).toBeGreaterThan(20);
  });

  it.each(shown)('%s: ./foundry %s', async (_page, _line, one) => {
    expect(await parse(one)).toBe('read');
  });

  it.each([
    ['a verb that is none', ['shwo', 'latest']],
    ['an option that is none', ['ingest', '--unles-within', '3h']],
    ['a value that cannot be', ['ingest', '--unless-within', 'soon']],
    ['a word too many', ['abort', 'latest', 'now', '--reason', 'x']],
    ['no word where one is needed', ['retry']],
  ])('is not read with %s', async (_case, words) => {
    expect(await parse({ words, isWhole: true })).not.toBe('read');
  });
});
