import type { Command } from 'commander';
import { thisHost } from '../../adapters/host/host.ts';
import type { ToolName } from '../../adapters/toolchain/tool-names.ts';
import { openToolchain, TOOLS_FOLDER, type Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../adapters/toolchain/tools-file.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import type { CheckResult } from '../doctor/check.ts';
import { checksFor, examine } from '../doctor/doctor.ts';
import { renderDiagnosis } from '../doctor/render-diagnosis.ts';
import { startedServices } from '../doctor/started-services.ts';

/** `foundry doctor`: is everything there that the foundry needs, and what to type where it is not. */
export function registerDoctor(program: Command, context: ClientContext): void {
  program
    .command('doctor')
    .description('Check that everything needed is there, and name the line that fixes what is not')
    .addHelpText('after', '\nExamples:\n  foundry doctor\n  foundry doctor --output json')
    .action(async () => {
      const directories = context.directories();
      const { go, tools } = await readToolsFile(TOOLS_FOLDER);
      const toolchain = await openToolchain(directories, context.environment);
      context.io.report(`asking ${checksFor({ tools }).length} questions`);
      const diagnosis = await examine({
        host: thisHost(),
        directories,
        root: context.root,
        goVersion: go,
        tools,
        toolPath: (name) => pathIn(toolchain, name),
        services: async () => await startedServices(directories),
      });
      context.io.result('doctor', diagnosis, () => renderDiagnosis(diagnosis, context.io.colour));
      refuseFailures(diagnosis.checks);
    });
}

function pathIn(toolchain: Toolchain, name: ToolName): string | undefined {
  try {
    return toolchain.path(name);
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_TOOL_MISSING') return undefined;
    throw error;
  }
}

function refuseFailures(checks: readonly CheckResult[]): void {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  if (failed.length === 0) return;
  throw new FoundryError(
    'FND_NEEDED_MISSING',
    `${failed.length} needed: ${failed.map(({ title }) => title).join(', ')}`,
    { hint: failed[0]?.fix ?? './foundry doctor' },
  );
}
