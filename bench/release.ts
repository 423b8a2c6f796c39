import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { cloneBranch } from '../adapters/git/checkout.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { VERSIONS_FILE } from '../domain/pins/pin-files.ts';
import { readVersions } from '../domain/pins/read-versions.ts';
import { ReleaseStatus } from '../domain/release/status.ts';
import { openResources } from '../worker/resources.ts';
import { straightRelease } from './straight-release.ts';

const FOUNDRY = fileURLToPath(new URL('../foundry', import.meta.url));

/** A ratio of fewer rounds says little; one is enough to see whether it runs. */
const ROUNDS = z.coerce.number().int().min(1).catch(3).parse(process.argv[2]);

/** What `foundry release --output json` says, as far as it is measured. */
const Answer = z.object({ data: z.object({ seconds: z.number(), status: ReleaseStatus }) });
type Answer = z.infer<typeof Answer>['data'];

/**
 * The release against a straight script of the same tool calls, and a release of equal inputs. Needs a lab in which a release completed,
 * in FOUNDRY_STATE_DIR: OpenSSL itself is reused on both sides, the configuration and the images are made anew. The ratio is over the
 * stages up to the self-tests: what comes after signs what Temporal recorded, which no script has. The first argument is the number of rounds.
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
    profile: process.env['FOUNDRY_PROFILE'],
    store: { kind: 'directory' },
    temporal: { options: { address: 'none' }, namespace: 'none' },
    signingIdentity: null,
    packageKey: null,
  });
  const stamp = new Date().toISOString();
  const straight: number[] = [];
  const durable: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const first = await commit(resources, 'images/openssl.cnf', `# ${stamp} straight ${round}\n`);
    straight.push(await timed(() => straightRelease(resources, { ...first, isRebuild: false })));
    const second = await commit(resources, 'images/openssl.cnf', `# ${stamp} durable ${round}\n`);
    durable.push(untilSelfTested(await release(second.commit)));
    process.stdout.write(`round ${round}: straight ${shown(straight)}, through Temporal ${shown(durable)}\n`);
  }
  const equal = await release((await commit(resources, 'README.md', `\n${stamp}\n`)).commit);
  const [a, b] = [median(straight), median(durable)];
  const rows: [string, string][] = [
    ['straight script', `${a.toFixed(1)} s   (${shown(straight)})`],
    ['release through Temporal', `${b.toFixed(1)} s   (${shown(durable)})`],
    ['ratio', (b / a).toFixed(3)],
    ['equal inputs', `${equal.seconds.toFixed(1)} s`],
    ...equal.status.stages.flatMap(({ stage, seconds, parts }): [string, string][] => [
      [`  ${stage}`, `${(seconds ?? 0).toFixed(1)} s`],
      ...parts.map((part): [string, string] => [`    ${part.name}`, `${(part.seconds ?? 0).toFixed(1)} s`]),
    ]),
  ];
  process.stdout.write(`${rows.map(([what, value]) => `${what.padEnd(56)} ${value}`).join('\n')}\n`);
}

async function release(commitId: string): Promise<Answer> {
  const { stdout } = await execa(
    FOUNDRY,
    '--quiet --output json release --wait --commit'.split(' ').concat(commitId),
  );
  return Answer.parse(JSON.parse(stdout)).data;
}

/** From the beginning of the first stage to the end of the self-tests, in seconds. */
function untilSelfTested({ status: { stages } }: Answer): number {
  const began = Date.parse(stages[0]?.startedAt ?? '');
  const last = stages.find(({ stage }) => stage === 'self-test');
  return (Date.parse(last?.startedAt ?? '') - began) / 1000 + (last?.seconds ?? NaN);
}

function shown(seconds: readonly number[]): string {
  return seconds.map((one) => one.toFixed(1)).join(', ');
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
