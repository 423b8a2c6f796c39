import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { pollAll } from '../activities/ingest/upstreams/poll-upstreams.ts';
import { createSigningKey, parseSigningKey } from '../adapters/apk/keys.ts';
import { publicKeyPem } from '../adapters/apk/signing-key-file.ts';
import type { Cursors, Remembered } from '../adapters/cursors/cursors.ts';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { createRegistry } from '../adapters/registry/registry.ts';
import { openToolchain } from '../adapters/toolchain/toolchain.ts';
import { median } from './median.ts';
import { CLOSURES, wolfiLikeIndex } from './wolfi-like-index.ts';

const PACKAGES = 100_000;
const ROUNDS = 5;
const KEY = 'generated.rsa.pub';
/** What an ingest may cost, of docs/architecture.md and the design: as long as apko takes, memory, and time for what has not changed. */
const BUDGET = { mebibytes: 256, unchangedMs: 100 };
const SOURCES = 9;

/** What one process of resolve-once.ts says. */
const Once = z.object({
  found: z.array(z.array(z.string())),
  readMs: z.number(),
  resolveMs: z.number(),
  peakMiB: z.number(),
});

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'MiB' | 'requests';
  /** Against apko, or against the budget; at most 1 is within it. */
  readonly ratio: number;
  readonly against: string;
}

const folder = await mkdtemp(join(tmpdir(), 'foundry-bench-ingest-'));
try {
  print([...(await againstApko()), ...(await unchanged())]);
} finally {
  await rm(folder, { recursive: true });
}

/** Both verify, read and resolve the same signed index, each in processes of their own, by turns. apko makes one closure a process. */
async function againstApko(): Promise<Row[]> {
  const tools = await openToolchain(resolveDirectories(process.env), process.env);
  await writeRepository();
  const largest = CLOSURES.length - 1;
  const all = CLOSURES.map((_, at) => at);
  const times = {
    work: [] as number[],
    one: [] as number[],
    oneOfApko: [] as number[],
    all: [] as number[],
    allOfApko: [] as number[],
  };
  let peak = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    times.one.push(
      await seconds(async () => {
        const { readMs, resolveMs } = await resolveOurs([largest]);
        times.work.push((readMs + resolveMs) / 1000);
      }),
    );
    times.oneOfApko.push(await seconds(() => resolveByApko(tools.path('apko'), largest)));
    const began = performance.now();
    const ours = await resolveOurs(all);
    times.all.push((performance.now() - began) / 1000);
    peak = Math.max(peak, ours.peakMiB);
    const theirs: string[][] = [];
    times.allOfApko.push(
      await seconds(async () => {
        for (const at of all) theirs.push(await resolveByApko(tools.path('apko'), at));
      }),
    );
    if (JSON.stringify(ours.found) !== JSON.stringify(theirs)) throw new Error('apko takes other packages');
  }
  const compared = (what: string, ours: readonly number[], theirs: readonly number[]): Row[] => [
    { what, value: median(ours), unit: 's', ratio: median(ours) / median(theirs), against: 'apko' },
    { what: '  by apko', value: median(theirs), unit: 's', ratio: 1, against: 'apko' },
  ];
  return [
    ...compared('largest closure, in our process', times.work, times.oneOfApko).slice(0, 1),
    ...compared('largest closure, whole process', times.one, times.oneOfApko),
    ...compared('three closures', times.all, times.allOfApko),
    { what: 'peak memory', value: peak, unit: 'MiB', ratio: peak / BUDGET.mebibytes, against: 'the budget' },
  ];
}

async function writeRepository(): Promise<void> {
  const key = parseSigningKey(KEY, (await createSigningKey(2048)).privateKey);
  await mkdir(join(folder, 'x86_64'));
  await writeFile(join(folder, 'x86_64', 'APKINDEX.tar.gz'), await wolfiLikeIndex(PACKAGES, key));
  await writeFile(join(folder, KEY), publicKeyPem(key));
  for (const [at, packages] of CLOSURES.entries()) {
    const contents = { repositories: [folder], keyring: [join(folder, KEY)], packages };
    await writeFile(join(folder, `${at}.yaml`), JSON.stringify({ contents, archs: ['x86_64'] }));
  }
}

async function resolveOurs(which: readonly number[]): Promise<z.infer<typeof Once>> {
  const program = fileURLToPath(new URL('resolve-once.ts', import.meta.url));
  const index = join(folder, 'x86_64', 'APKINDEX.tar.gz');
  const { stdout } = await execa(process.execPath, [program, index, join(folder, KEY), KEY, which.join(',')]);
  return Once.parse(JSON.parse(stdout));
}

async function resolveByApko(apko: string, which: number): Promise<string[]> {
  const args = ['show-packages', `${which}.yaml`, '--cache-dir', join(folder, 'cache')];
  const { stdout } = await execa(apko, args, { cwd: folder });
  return stdout.split('\n').toSorted();
}

/** As many files as there are upstreams, none of which has changed, on a server that counts what it is asked. */
async function unchanged(): Promise<Row[]> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const etag = `"${createHash('sha256')
      .update(request.url ?? '')
      .digest('hex')}"`;
    response.writeHead(request.headers['if-none-match'] === etag ? 304 : 200, { etag }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const addresses = Array.from({ length: SOURCES }, (_, at) => ({
      name: `source-${at}`,
      kind: 'file' as const,
      address: `http://127.0.0.1:${port}/${at}`,
    }));
    const poll = async (cursors: Cursors | null): ReturnType<typeof pollAll> => {
      const remembered: Remembered = { schemaVersion: 1, cursors, newest: {}, lookAgain: null, own: null };
      return await pollAll(
        {
          commit: 'head',
          now: new Date(),
          redirectHosts: [],
          openRegistry: (host) => createRegistry({ host }),
          upstreamsAt: () => Promise.resolve(addresses),
        },
        remembered,
      );
    };
    const first = await poll(null);
    const times: number[] = [];
    requests = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(1000 * (await seconds(async () => requireNoNews((await poll(first.cursors)).news))));
    }
    const ms = median(times);
    const asked = requests / ROUNDS;
    return [
      {
        what: `${SOURCES} unchanged sources`,
        value: ms,
        unit: 'ms',
        ratio: ms / BUDGET.unchangedMs,
        against: 'the budget',
      },
      {
        what: '  questions',
        value: asked,
        unit: 'requests',
        ratio: asked / SOURCES,
        against: 'one a source',
      },
    ];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function requireNoNews(news: readonly string[]): void {
  if (news.length > 0) throw new Error(`there is news of ${news.join(', ')}`);
}

async function seconds(use: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await use();
  return (performance.now() - began) / 1000;
}

function print(rows: readonly Row[]): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  for (const { what, value, unit, ratio, against } of rows) {
    const figure = `${value.toFixed(unit === 's' ? 2 : 0)} ${unit}`.padStart(12);
    process.stdout.write(`${what.padEnd(32)} ${figure}  ${ratio.toFixed(2)} of ${against}\n`);
  }
}
