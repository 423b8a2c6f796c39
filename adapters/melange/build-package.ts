import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Architecture } from '../../domain/pins/variant.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { linkOrCopy } from '../files/link-or-copy.ts';
import { writeFileAtomic } from '../files/write-atomic.ts';
import { type BuilderEnvironment, runInBuilderSandbox } from '../sandbox/builder-sandbox.ts';

/** What one melange build is made from. */
export interface MelangeBuild {
  /** The melange program. */
  readonly melange: string;
  readonly environment: BuilderEnvironment;
  /** The builder's own folder; fresh, or that of an earlier build of the same builder. */
  readonly folder: string;
  readonly blueprint: { readonly file: string; readonly text: string; readonly digest: Sha256 };
  /** Files that the recipe finds under `foundry/`, by name. */
  readonly recipeFiles: ReadonlyMap<string, string | Uint8Array>;
  readonly repository: { readonly folder: string; readonly keyFile: string };
  /** The source archive, and the digest the blueprint expects; none for a blueprint that fetches nothing. */
  readonly source?: { readonly path: string; readonly sha256: Sha256 };
  readonly architecture: Architecture;
  /** Seconds since 1970: the time of everything in the packages. */
  readonly epoch: number;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** The file, in a builder's folder, of all that melange said. */
export const MELANGE_LOG = 'melange.log';

const TIMEOUT_MS = 60 * 60 * 1000;
/** Who makes the packages, as their package URLs say. They are not Wolfi's. */
const NAMESPACE = 'wolfi-openssl-fips';
/** A package names where its blueprint is from; that is us, and the digest says which. */
const BLUEPRINT_HOME = 'https://github.com/wolfi-openssl-fips/blueprints';

/**
 * Builds the packages of one blueprint in a builder's sandbox, without a network, and returns their paths, sorted.
 * Packages are not signed: what is released is signed as an image. The same input gives the same bytes for every builder.
 * All that melange said is in {@link MELANGE_LOG} of the folder.
 * Throws FND_TOOL_FAILED with melange's last words, FND_TOOL_MISSING, FND_INTERRUPTED.
 */
export async function buildPackage(build: MelangeBuild): Promise<string[]> {
  const { folder, blueprint, source, architecture } = build;
  await Promise.all(
    ['tmp', 'out', 'sources', 'apks'].map((name) => mkdir(join(folder, name), { recursive: true })),
  );
  await writeFileAtomic(join(folder, blueprint.file), blueprint.text);
  for (const [name, content] of build.recipeFiles) {
    await writeFileAtomic(join(folder, 'recipe', 'foundry', name), content);
  }
  if (source !== undefined) await linkOrCopy(source.path, join(folder, 'sources', `sha256:${source.sha256}`));
  const log: string[] = [];
  try {
    await runMelange(build, (line) => {
      log.push(line);
      build.onLine?.(line);
    });
  } finally {
    await writeFileAtomic(join(folder, MELANGE_LOG), `${log.join('\n')}\n`);
  }
  const out = join(folder, 'out', architecture);
  const names = await readdir(out);
  return names
    .filter((name) => name.endsWith('.apk'))
    .toSorted()
    .map((name) => join(out, name));
}

async function runMelange(build: MelangeBuild, onLine: (line: string) => void): Promise<void> {
  const { folder, blueprint, architecture } = build;
  await runInBuilderSandbox({
    environment: build.environment,
    folder,
    inputs: [
      { source: build.repository.folder, target: 'repository' },
      { source: build.repository.keyFile, target: 'repository.rsa.pub' },
      { source: join(folder, 'sources'), target: 'sources' },
    ],
    tool: `melange build ${blueprint.file}`,
    file: build.melange,
    args: [
      ['build', blueprint.file],
      ['--runner', 'bubblewrap', '--arch', architecture, '--source-dir', 'recipe', '--cache-dir', 'sources'],
      ['--apk-cache-dir', 'apks', '--out-dir', 'out', '--generate-index=false'],
      ['--git-repo-url', BLUEPRINT_HOME, '--git-commit', blueprint.digest, '--license', 'Apache-2.0'],
      ['--namespace', NAMESPACE],
    ].flat(),
    env: { SOURCE_DATE_EPOCH: String(build.epoch) },
    timeoutMs: TIMEOUT_MS,
    signal: build.signal,
    onLine,
  });
}
