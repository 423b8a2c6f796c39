import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { cloneBranch } from '../adapters/git/checkout.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { VERSIONS_FILE } from '../domain/pins/pin-files.ts';
import { readVersions } from '../domain/pins/read-versions.ts';
import { openResources } from '../worker/resources.ts';
import { straightRelease } from './straight-release.ts';

const FOUNDRY = fileURLToPath(new URL('../foundry', import.meta.url));

/**
 * The release against a straight script of the same tool calls, and a release of equal inputs. Needs a lab in which a release completed,
 * in FOUNDRY_STATE_DIR: OpenSSL itself is reused on both sides, the configuration and the images are made anew.
 */
if (process.env['FOUNDRY_STATE_DIR'] === undefined) {
  process.stderr.write(
    'error: set FOUNDRY_STATE_DIR to the state folder of a lab in which a release completed\n',
  );
  process.exitCode = 2;
} else {
  await measure();
}

async function measure(): Promise<void> {
  const directories = resolveDirectories(process.env);
  const resources = await openResources({
    stateDir: directories.state,
    cacheDir: directories.cache,
    temporal: 'none',
    namespace: 'none',
    signingIdentity: null,
    packageKey: null,
  });
  const stamp = new Date().toISOString();
  const straight: number[] = [];
  const durable: number[] = [];
  for (const round of [1, 2, 3]) {
    const first = await commit(resources, `images/openssl.cnf`, `# ${stamp} straight ${round}\n`);
    straight.push(await timed(() => straightRelease(resources, { ...first, isRebuild: false })));
    const second = await commit(resources, `images/openssl.cnf`, `# ${stamp} durable ${round}\n`);
    durable.push(await timed(() => release(second.commit)));
  }
  const equal = await commit(resources, 'README.md', `\n${stamp}\n`);
  const equalSeconds = await timed(() => release(equal.commit));
  const [a, b] = [median(straight), median(durable)];
  process.stdout.write(
    [
      `straight script          ${a.toFixed(1)} s   (${straight.map((one) => one.toFixed(1)).join(', ')})`,
      `release through Temporal ${b.toFixed(1)} s   (${durable.map((one) => one.toFixed(1)).join(', ')})`,
      `ratio                    ${(b / a).toFixed(3)}`,
      `equal inputs             ${equalSeconds.toFixed(1)} s`,
      '',
    ].join('\n'),
  );
}

async function release(commitId: string): Promise<void> {
  await execa(FOUNDRY, ['--quiet', 'release', '--wait', '--commit', commitId]);
}

async function commit(
  { profile }: Awaited<ReturnType<typeof openResources>>,
  path: string,
  line: string,
): Promise<{ commit: string; version: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-bench-'));
  try {
    const checkout = await cloneBranch(await forgeOf(await profile()), folder);
    const versions = readVersions((await checkout.read(VERSIONS_FILE)) ?? '', VERSIONS_FILE);
    const id = await checkout.commit({ [path]: `${line}${(await checkout.read(path)) ?? ''}` }, 'Measure');
    return { commit: id, version: versions.core.version };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(use: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await use();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? 0;
}
