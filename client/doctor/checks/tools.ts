import { statedVersion, type ToolEntry } from '../../../adapters/toolchain/tools-file.ts';
import { fail, pass, type Check, type Finding, type Patient } from '../check.ts';

/** One check for each pinned Go tool: it is built, runs, and says the version it should. */
export function toolChecks(tools: readonly ToolEntry[]): Check[] {
  return tools.map((entry) => ({
    id: `tool-${entry.name}`,
    title: entry.name,
    run: async (patient: Patient) => await checkTool(entry, patient),
  }));
}

async function checkTool(entry: ToolEntry, { host, toolPath }: Patient): Promise<Finding> {
  const path = toolPath(entry.name);
  const fix = `./foundry tools --only ${entry.name}`;
  if (path === undefined) return fail(`not built; ${entry.purpose}`, fix);
  const answer = await host.command(path, entry.versionArgs);
  if (!answer.found) return fail('its file cannot be started', fix);
  if (answer.exitCode !== 0) {
    return fail(`does not run (exit code ${answer.exitCode}): ${firstLine(answer.output)}`, fix);
  }
  if (statedVersion(entry, answer.output) !== entry.version.replace(/^v/, '')) {
    return fail(`is not the pinned ${entry.version}; it says: ${firstLine(answer.output)}`, fix);
  }
  return pass(entry.version);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 120) ?? '';
}
