import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { withTemporaryDirectory, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { ImageIndex, MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import { type OciDigest, parseOciDigest } from '../../domain/digest.ts';
import type { BuiltPackage } from '../packages/build-packages.ts';
import { writeIndex } from '../packages/write-index.ts';
import type { Published } from '../world/day.ts';
import type { LabContext } from '../world/lab-context.ts';
import { REPOSITORY_KEY } from '../world/publisher-keys.ts';
import type { Stock } from '../world/stock.ts';
import { composeBaseImage } from './compose-base-image.ts';
import { signAsPublisher } from './sign-as-publisher.ts';

/** Where the base image is in the lab's registry. */
export const BASE_IMAGE_REPOSITORY = 'chainguard/wolfi-base';

/** One base image of the lab's publisher. */
export interface BaseImageOrder {
  /** 0 is the base image of day 0; each later one has other packages. */
  readonly generation: number;
  /** The packages to choose from. */
  readonly packages: readonly BuiltPackage[];
  readonly stock: Stock;
  readonly context: LabContext;
}

/**
 * Puts a base image into the registry, signed by the publisher on its index and on its manifest, and returns where it is.
 * Its own tag is set last and stays: a generation that has it is complete and is not made again. `latest` does not move.
 */
export async function publishBaseImage(order: BaseImageOrder): Promise<Published> {
  const { registry, report } = order.context;
  const own = `generation-${order.generation}`;
  const digest = (await registry.resolveTag(BASE_IMAGE_REPOSITORY, own)) ?? (await makeImage(order, own));
  report(`base image ${own} is ${registry.host}/${BASE_IMAGE_REPOSITORY}@${digest}`);
  return { repository: BASE_IMAGE_REPOSITORY, tag: 'latest', digest };
}

async function makeImage(order: BaseImageOrder, tag: string): Promise<OciDigest> {
  const { registry } = order.context;
  const digest = await withTemporaryDirectory((folder) => composeAndPush(folder, order));
  const { bytes } = await registry.getManifest(BASE_IMAGE_REPOSITORY, digest);
  const { manifests } = ImageIndex.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  for (const subject of [...manifests.map((manifest) => manifest.digest), digest]) {
    await signAsPublisher({ registry, repository: BASE_IMAGE_REPOSITORY, digest: subject }, order.context);
  }
  return registry.putManifest(BASE_IMAGE_REPOSITORY, tag, MEDIA_TYPES.index, bytes);
}

async function composeAndPush(
  folder: string,
  { packages, stock, context }: BaseImageOrder,
): Promise<OciDigest> {
  const repository = join(folder, 'repository', 'x86_64');
  await mkdir(repository, { recursive: true });
  for (const { path } of packages) await linkOrCopy(path, join(repository, basename(path)));
  await writeIndex({
    path: join(repository, 'APKINDEX.tar.gz'),
    packages,
    signingKey: stock.signingKey,
    description: 'wolfi-openssl-fips lab',
  });
  await writeFileAtomic(join(folder, REPOSITORY_KEY), stock.publicKey);
  const layout = await composeBaseImage(folder, {
    apko: context.tools.path('apko'),
    repositoryUrl: `${context.url}/os`,
    epoch: Math.max(...packages.map(({ record }) => record.buildTime)),
    signal: context.signal,
  });
  const { stdout } = await runTool({
    tool: 'crane',
    file: context.tools.path('crane'),
    args: [
      'push',
      '--index',
      '--insecure',
      layout,
      `${context.registry.host}/${BASE_IMAGE_REPOSITORY}:incoming`,
    ],
    signal: context.signal,
  });
  return parseOciDigest(stdout.trim().split('@').at(-1) ?? '', 'what crane pushed');
}
