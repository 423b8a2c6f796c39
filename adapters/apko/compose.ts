import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import type { Architecture } from '../../domain/pins/variant.ts';
import { writeFileAtomic } from '../files/write-atomic.ts';
import { type BuilderEnvironment, type BuilderRun, runInBuilderSandbox } from '../sandbox/builder-sandbox.ts';

const LockedByApko = z.object({
  contents: z.object({ packages: z.array(z.object({ name: z.string(), version: z.string() })) }),
});

/** What one image is composed from. */
export interface Composition {
  /** The apko program. */
  readonly apko: string;
  readonly environment: BuilderEnvironment;
  /** A folder of its own, empty or not there. */
  readonly folder: string;
  /** The blueprint, and all that it includes, by file name. */
  readonly blueprints: ReadonlyMap<string, string>;
  readonly blueprint: string;
  /** Exactly the packages that the image may hold, with their index and its key. */
  readonly repository: { readonly folder: string; readonly keyFile: string };
  readonly architecture: Architecture;
  /** Seconds since 1970: the time of everything that apko itself makes. */
  readonly epoch: number;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10 * 60 * 1000;

/**
 * Composes an image without a network: apko resolves and locks, then builds from the lock. The key of the repository is there only
 * for resolving, so it is not in the image. Returns the folder of an OCI layout.
 * Throws FND_UNRESOLVED when apko would not take exactly the packages of the repository, FND_TOOL_FAILED with apko's words.
 */
export async function composeWithApko(
  composition: Composition,
  expected: readonly string[],
): Promise<string> {
  const { folder, blueprint, architecture, epoch } = composition;
  const layout = join(folder, 'layout');
  await Promise.all(['tmp', 'cache', 'layout'].map((name) => mkdir(join(folder, name), { recursive: true })));
  for (const [name, text] of composition.blueprints) await writeFileAtomic(join(folder, name), text);
  const inputs = [
    { source: composition.repository.folder, target: 'repository' },
    { source: composition.repository.keyFile, target: 'repository.rsa.pub' },
  ];
  const apko: Omit<BuilderRun, 'args'> = {
    environment: composition.environment,
    folder,
    inputs,
    tool: `apko ${blueprint}`,
    file: composition.apko,
    env: {
      SOURCE_DATE_EPOCH: String(epoch),
      // Its garbage is collected less often: less CPU time for some memory.
      GOGC: '800',
    },
    timeoutMs: TIMEOUT_MS,
    signal: composition.signal,
  };
  const shared = ['--arch', architecture, '--cache-dir', 'cache'];
  await runInBuilderSandbox({
    ...apko,
    args: ['lock', blueprint, '--output', 'lock.json', '--keyring-append', 'repository.rsa.pub', ...shared],
  });
  const { contents } = LockedByApko.parse(JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8')));
  requireExactly(
    contents.packages.map(({ name, version }) => `${name}=${version}`),
    expected,
    blueprint,
  );
  await runInBuilderSandbox({
    ...apko,
    args: [
      'build',
      blueprint,
      'foundry:latest',
      'layout',
      '--lockfile',
      'lock.json',
      '--sbom=false',
      '--vcs=false',
      ...shared,
    ],
  });
  return layout;
}

function requireExactly(found: readonly string[], expected: readonly string[], blueprint: string): void {
  const [there, wanted] = [new Set(found), new Set(expected)];
  const missing = [...wanted].filter((one) => !there.has(one));
  const unasked = [...there].filter((one) => !wanted.has(one));
  if (missing.length + unasked.length === 0) return;
  const reasons = [
    ...missing.map((one) => `${one} is not taken`),
    ...unasked.map((one) => `${one} is taken and not pinned`),
  ];
  throw new FoundryError('FND_UNRESOLVED', `${blueprint}: ${reasons.join('; ')}`);
}
