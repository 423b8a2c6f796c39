import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderIndex, signIndex } from '../../../../adapters/apk/index-file.ts';
import type { SigningKey } from '../../../../adapters/apk/keys.ts';
import { publicKeyPem } from '../../../../adapters/apk/signing-key-file.ts';
import { runTool } from '../../../../adapters/process/run-tool.ts';
import { FoundryError } from '../../../../domain/errors.ts';
import type { PackageWorld } from './package-world.ts';

/** What apko makes of a world. */
export interface ApkoOracle {
  /** The packages that apko takes, as `name version`, sorted; undefined when it finds none. */
  resolve(world: PackageWorld): Promise<readonly string[] | undefined>;
}

/** Words by which apko says that there is no closure, and not that something else went wrong. */
const NO_CLOSURE = /solving ".*" constraint|could not find package|constraining /;

/** Asks the pinned apko, one process a world: it verifies a signed index, reads it and resolves. `folder` is its own. */
export function openApkoOracle(apko: string, key: SigningKey, folder: string): ApkoOracle {
  return {
    async resolve({ records, roots }) {
      const world = await mkdtemp(join(folder, 'world-'));
      try {
        const unsigned = await renderIndex({ description: 'a world', records }, { mtime: 0 });
        await mkdir(join(world, 'x86_64'));
        await writeFile(
          join(world, 'x86_64', 'APKINDEX.tar.gz'),
          await signIndex(unsigned, key, { mtime: 0 }),
        );
        await writeFile(join(world, key.name), publicKeyPem(key));
        const contents = { repositories: [world], keyring: [join(world, key.name)], packages: roots };
        await writeFile(join(world, 'image.yaml'), JSON.stringify({ contents, archs: ['x86_64'] }));
        const { stdout } = await runTool({
          tool: 'apko',
          file: apko,
          args: ['show-packages', 'image.yaml', '--cache-dir', join(world, 'cache')],
          cwd: world,
        });
        return stdout
          .trim()
          .split('\n')
          .filter((line) => line !== '')
          .toSorted();
      } catch (error) {
        if (
          error instanceof FoundryError &&
          error.code === 'FND_TOOL_FAILED' &&
          NO_CLOSURE.test(error.message)
        ) {
          return undefined;
        }
        throw error;
      } finally {
        await rm(world, { recursive: true });
      }
    },
  };
}
