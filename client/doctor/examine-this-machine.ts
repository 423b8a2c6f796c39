import { thisHost } from '../../adapters/host/host.ts';
import type { ToolName } from '../../adapters/toolchain/tool-names.ts';
import { openToolchain, TOOLS_FOLDER, type Toolchain } from '../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../adapters/toolchain/tools-file.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import { checksFor, examine, type Diagnosis } from './doctor.ts';
import { startedServices } from './started-services.ts';
import { tryLogin } from './try-login.ts';

/** Asks every question about the machine, the checkout, the toolchain and the services of this run. */
export async function examineThisMachine(
  context: Pick<ClientContext, 'environment' | 'directories' | 'root' | 'io' | 'signal'>,
): Promise<Diagnosis> {
  const { environment, signal } = context;
  const directories = context.directories();
  const { go, tools } = await readToolsFile(TOOLS_FOLDER);
  const toolchain = await openToolchain(directories, environment);
  context.io.report(`asking ${checksFor({ tools }).length} questions`);
  return await examine({
    host: thisHost(),
    directories,
    root: context.root,
    goVersion: go,
    tools,
    toolPath: (name) => pathIn(toolchain, name),
    services: async () => await startedServices(directories),
    registryLogin: async () => await tryLogin({ stateFolder: directories.state, environment }, signal),
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
