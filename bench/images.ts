import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { withTemporaryDirectory } from '../adapters/files/write-atomic.ts';
import { type ArchiveEntry, readArchiveEntries } from '../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../adapters/oci-layout/pull.ts';
import { unpackImage } from '../adapters/oci-layout/unpack.ts';
import { runTool } from '../adapters/process/run-tool.ts';
import { ANONYMOUS } from '../adapters/registry/credentials.ts';
import { openRegistry } from '../adapters/registry/registry.ts';
import { imageSandboxArguments } from '../adapters/sandbox/run-in-image.ts';
import { newestImage } from '../client/release/newest-image.ts';
import { type Variant, VARIANTS } from '../domain/pins/variant.ts';
import { median } from './median.ts';
import { withStateFolder } from './state-folder.ts';

const BUDGET = { start: 1.2, size: 1.15 };
const ROUNDS = 60;
/** The C library's loader, asked for its version: it ends at once. */
const NOTHING = [
  process.arch === 'arm64' ? '/usr/lib/ld-linux-aarch64.so.1' : '/usr/lib/ld-linux-x86-64.so.2',
  '--version',
];
/** What is in an image about its packages, and not from them. */
const ABOUT_PACKAGES = ['usr/lib/apk/', 'lib/apk/', 'etc/apk', 'var/lib/db/', 'var/cache/'];

interface Measured {
  readonly what: string;
  readonly value: string;
  readonly against: string;
  readonly ratio: number;
  readonly budget: number;
}

await withStateFolder('the folder of a foundry that runs and has made a release', async () =>
  print(await measure()),
);

/** What the images of the newest release cost whoever runs them: time until the self-tests are done, and bytes to download. */
async function measure(): Promise<Measured[]> {
  const rows: Measured[] = [];
  for (const variant of VARIANTS) {
    const image = await imageOf(variant);
    rows.push(await withTemporaryDirectory((place) => startOf(variant, image, join(place, 'root'))));
    if (variant === 'distroless') rows.push(await sizeOf(variant, image));
  }
  return rows;
}

async function imageOf(variant: Variant): Promise<OciImage> {
  const { signal } = new AbortController();
  const place = await newestImage(resolveDirectories(process.env), variant, signal);
  return await pullImage(openRegistry(place.registry, ANONYMOUS, signal), place.repository, place.digest);
}

/**
 * The health check loads the provider, so it ends when the self-tests have ended: as the image says, against the same files as a process
 * that has them as its root and nothing else of a container. What either needs to start any program at all is taken off: that is the
 * runtime's, and there are faster and slower ones.
 */
async function startOf(variant: Variant, image: OciImage, root: string): Promise<Measured> {
  await unpackImage(image, root);
  const config = image.config.content;
  const [, ...check] = config.config.Healthcheck?.Test ?? [];
  const container = ['bwrap', ...imageSandboxArguments({ root, config }), '--'];
  const rooted = ['env', '-i', ...config.config.Env, '/usr/bin/unshare', '--map-root-user', '--root', root];
  const times: Record<'image' | 'container' | 'bare' | 'rooted', number[]> = {
    image: [],
    container: [],
    bare: [],
    rooted: [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.image.push(await timed([...container, ...check]));
    times.container.push(await timed([...container, ...NOTHING]));
    times.bare.push(await timed([...rooted, ...check]));
    times.rooted.push(await timed([...rooted, ...NOTHING]));
  }
  const inImage = median(times.image) - median(times.container);
  const bare = median(times.bare) - median(times.rooted);
  return {
    what: `${variant}: start to the end of POST`,
    value: `${inImage.toFixed(1)} ms`,
    against: `${bare.toFixed(1)} ms of a bare process`,
    ratio: inImage / bare,
    budget: BUDGET.start,
  };
}

/** All layers as they are downloaded, against the files of the packages alone in one archive of the same kind. */
async function sizeOf(variant: Variant, image: OciImage): Promise<Measured> {
  const layers = image.layers.reduce((sum, layer) => sum + layer.length, 0);
  const archive = pack();
  const bytes = buffer(archive);
  for (const [index, layer] of image.layers.entries())
    for await (const entry of readArchiveEntries(layer, `layer ${index + 1}`))
      if (isNeeded(entry)) archive.entry({ name: entry.path, mode: entry.mode }, Buffer.from(entry.content));
  archive.finalize();
  const needed = gzipSync(await bytes).length;
  return {
    what: `${variant}: compressed`,
    value: `${(layers / 1024).toFixed(0)} KiB`,
    against: `${(needed / 1024).toFixed(0)} KiB of the files of its packages`,
    ratio: layers / needed,
    budget: BUDGET.size,
  };
}

function isNeeded({ type, path }: ArchiveEntry): boolean {
  return type === 'file' && !ABOUT_PACKAGES.some((start) => path.startsWith(start));
}

async function timed([file = '', ...args]: readonly string[]): Promise<number> {
  const began = performance.now();
  await runTool({ tool: 'the health check', file, args });
  return performance.now() - began;
}

function print(rows: readonly Measured[]): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  for (const { what, value, against, ratio, budget } of rows) {
    process.stdout.write(
      `${what.padEnd(38)} ${value.padStart(10)}, ${against.padEnd(42)} ${ratio.toFixed(2)}, budget ${budget}\n`,
    );
  }
}
