import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { REPOSITORY_KEY } from '../world/publisher-keys.ts';

/** What Wolfi's own base image holds, and what the lab's stand-in for it holds too. */
const BASE_PACKAGES = [
  'apk-tools',
  'busybox',
  'ca-certificates-bundle',
  'glibc',
  'ld-linux',
  'libgcc',
  'wolfi-baselayout',
  'wolfi-keys',
];

/** What one base image is made with. */
export interface BaseImageRecipe {
  /** The apko program. */
  readonly apko: string;
  /** The address of the package repository, as the image shall name it. */
  readonly repositoryUrl: string;
  /** Seconds since 1970: the time of every file in the image. */
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/**
 * Composes the lab's stand-in for `wolfi-base` with apko, without the network, and returns the folder of its OCI layout.
 * `folder` holds the packages under `repository/` and the public key. Paths are relative, because apko writes its
 * configuration into the image: the same packages give the same bytes anywhere. Throws FND_TOOL_FAILED with apko's words.
 */
export async function composeBaseImage(folder: string, recipe: BaseImageRecipe): Promise<string> {
  const layout = join(folder, 'layout');
  await mkdir(layout);
  await writeFileAtomic(join(folder, 'base.apko.yaml'), stringify(imageDescription(recipe.repositoryUrl)));
  await runTool({
    tool: 'apko',
    file: 'unshare',
    args: [
      ...noNetwork(),
      recipe.apko,
      'build',
      'base.apko.yaml',
      'chainguard/wolfi-base:latest',
      'layout',
      '--arch',
      'x86_64',
      '--sbom=false',
      '--cache-dir',
      join(folder, 'cache'),
    ],
    cwd: folder,
    env: { SOURCE_DATE_EPOCH: String(recipe.epoch) },
    timeoutMs: 120_000,
    signal: recipe.signal,
  });
  return layout;
}

/** Root may make a network namespace at once; anybody else needs a user namespace around it. */
function noNetwork(): string[] {
  return process.getuid?.() === 0 ? ['--net', '--'] : ['--user', '--map-root-user', '--net', '--'];
}

function imageDescription(repositoryUrl: string): object {
  return {
    contents: {
      build_repositories: ['./repository'],
      runtime_repositories: [repositoryUrl],
      keyring: [`./${REPOSITORY_KEY}`],
      packages: BASE_PACKAGES,
    },
    entrypoint: { command: '/bin/sh -l' },
    archs: ['x86_64'],
    environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    annotations: {
      'org.opencontainers.image.title': 'wolfi-base, as the wolfi-openssl-fips lab stands in for it',
      'org.opencontainers.image.description':
        'A lab image: not Wolfi, not Chainguard, not for any use outside the lab',
      'org.opencontainers.image.vendor': 'wolfi-openssl-fips lab',
      'dev.foundry.lab': 'true',
    },
  };
}
