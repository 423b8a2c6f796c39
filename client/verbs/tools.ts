import type { Command } from 'commander';
import type { BuiltTool } from '../../adapters/toolchain/manifest.ts';
import { isToolName, TOOL_NAMES, type ToolName } from '../../adapters/toolchain/tool-names.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import { meant } from '../output/suggest-choices.ts';

interface ToolsOptions {
  readonly only?: string;
  readonly verify?: boolean;
  readonly prune?: boolean;
}

/** `foundry tools`: builds the pinned toolchain into the cache; does nothing when it is there. */
export function registerTools(program: Command, context: ClientContext): void {
  program
    .command('tools')
    .description('Build the pinned Go tools that are missing, into the cache')
    .option('--only <names>', 'only these tools, separated by commas')
    .option('--verify', 'read every built tool again and compare its digest')
    .option('--prune', 'remove built tools that the current pins do not name')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry tools\n  foundry tools --only melange,apko\n  foundry tools --verify --output json',
    )
    .action(async (options: ToolsOptions) => {
      // Loaded only now, so that the other verbs do not wait for it.
      const { buildToolchain } = await import('../../adapters/toolchain/build-toolchain.ts');
      const { pruneToolchain, verifyToolchain } = await import('../../adapters/toolchain/tend-toolchain.ts');
      const only = options.only === undefined ? undefined : parseNames(options.only);
      const work = { directories: context.directories(), report: context.io.report, signal: context.signal };
      const { built, manifest } = await buildToolchain({ ...work, ...(only === undefined ? {} : { only }) });
      const verified = options.verify === true ? await verifyToolchain(work) : undefined;
      const pruned = options.prune === true ? await pruneToolchain(work) : [];
      const data = { built, verified: verified ?? null, pruned, tools: manifest.tools };
      context.io.result('tools', data, () => {
        const lines = manifest.tools.map((tool) => row(tool, built.includes(tool.name)));
        lines.push(summary(manifest.tools.length, built.length));
        if (verified !== undefined) lines.push(`${verified} tools have the digests they were built with`);
        if (options.prune === true) lines.push(`${pruned.length} old builds removed`);
        return lines.join('\n');
      });
    });
}

/** Parses the value of `--only`. Throws FND_BAD_INPUT with the nearest name for an unknown tool. */
export function parseNames(text: string): ToolName[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    if (isToolName(name)) return name;
    throw new FoundryError(
      'FND_BAD_INPUT',
      `--only: there is no tool called ${JSON.stringify(name)}${meant(name, TOOL_NAMES)}`,
      { hint: `The tools are: ${TOOL_NAMES.join(', ')}.` },
    );
  });
}

function row(tool: BuiltTool, isNew: boolean): string {
  const megabytes = (tool.size / 1e6).toFixed(1).padStart(6);
  const columns = [
    tool.name.padEnd(18),
    tool.version.padEnd(36),
    `${megabytes} MB`,
    tool.sha256.slice(0, 16),
  ];
  return `${columns.join('  ')}${isNew ? '  built now' : ''}`;
}

function summary(there: number, built: number): string {
  const missing = TOOL_NAMES.length - there;
  const state =
    missing === 0 ? `all ${there} tools are there` : `${there} tools are there, ${missing} are not built`;
  return `${state}; ${built === 0 ? 'nothing was to build' : `${built} built now`}`;
}
