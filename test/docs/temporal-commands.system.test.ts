import { execa } from 'execa';
import { expect, test } from 'vitest';
import { builtTool } from '../adapters/registry/built-tool.ts';
import { shownCommands } from './shown-commands.ts';

/** What `temporal` has: its words in front of the first option, and the options that its help names. */
function splitUp(words: readonly string[]): { command: string; options: string[] } {
  const at = words.findIndex((word) => word.startsWith('-'));
  const end = at === -1 ? words.length : at;
  return {
    command: words.slice(0, end).join(' '),
    options: words.slice(end).filter((word) => word.startsWith('--')),
  };
}

test('every command and option of `temporal` that the runbook shows is one of the pinned CLI', async () => {
  const temporal = await builtTool('temporal');
  const shown = shownCommands('runbook.md', 'temporal').map(({ words }) => splitUp(words));
  const commands = [...new Set(shown.map(({ command }) => command).filter((command) => command !== ''))];
  const helps = new Map<string, string>();
  for (const command of commands) {
    // For a word that it does not know it shows the help of what is above it, and ends with 0: so the line of usage is looked at.
    helps.set(command, (await execa(temporal, [...command.split(' '), '--help'])).stdout);
  }

  expect(commands.length).toBeGreaterThan(10);
  expect(
    commands.filter(
      (command) => !new RegExp(`^ {2}temporal ${command} \\[`, 'm').test(helps.get(command) ?? ''),
    ),
  ).toEqual([]);
  const unknown = shown.flatMap(({ command, options }) =>
    options
      .filter((option) => command !== '' && !(helps.get(command) ?? '').includes(`${option} `))
      .map((option) => `${command} ${option}`),
  );
  expect(unknown).toEqual([]);
});
