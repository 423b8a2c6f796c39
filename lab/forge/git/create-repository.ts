import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDirectoryAtomic } from '../../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { git } from './run-git.ts';

/** One file of the first commit. `path` is relative, with `/` between names. */
export interface SeedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly executable?: boolean;
}

const HOOK = join(import.meta.dirname, 'hooks', 'post-receive');

/** Fixed, so that the same seed gives the same commit id on every machine. */
const SEED_IDENTITY = 'Foundry Lab <lab@foundry-lab.invalid> 1735689600 +0000';

const SETTINGS: readonly (readonly [key: string, value: string])[] = [
  ['http.receivepack', 'true'],
  ['receive.denyNonFastForwards', 'true'],
  ['receive.denyDeletes', 'true'],
  ['receive.fsckObjects', 'true'],
  ['receive.autogc', 'false'],
  ['gc.auto', '0'],
  ['core.logAllRefUpdates', 'true'],
];

/**
 * Makes a bare repository with one commit on `branch`, whole or not at all; one that is there is replaced.
 * Pushes that rewrite or delete history are refused, and each accepted push leaves an event (see push-events.ts).
 */
export async function createRepository(
  path: string,
  branch: string,
  seedFiles: readonly SeedFile[],
): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeDirectoryAtomic(path, async (aside) => {
    await git(aside, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`]);
    for (const [key, value] of SETTINGS) await git(aside, ['config', key, value]);
    await installHook(aside);
    await git(aside, ['fast-import', '--quiet'], { input: seedStream(branch, seedFiles) });
  });
}

/** Puts the current post-receive hook into a repository. */
export async function installHook(repository: string): Promise<void> {
  const hook = join(repository, 'hooks', 'post-receive');
  await mkdir(join(repository, 'hooks'), { recursive: true });
  await copyFile(HOOK, hook);
  await chmod(hook, 0o755);
}

function seedStream(branch: string, files: readonly SeedFile[]): Uint8Array {
  const message =
    'Start the lab copy of the repository\n\nThis repository is part of a lab; it is not the real one.\n';
  const parts: Uint8Array[] = [
    Buffer.from(`commit refs/heads/${branch}\ncommitter ${SEED_IDENTITY}\n`),
    data(Buffer.from(message)),
  ];
  for (const { path, content, executable } of files) {
    if (!/^[\w.@+-]+(\/[\w.@+-]+)*$/.test(path)) {
      throw new FoundryError(
        'FND_BAD_INPUT',
        `the lab cannot put a file named ${JSON.stringify(path)} into its forge`,
      );
    }
    parts.push(Buffer.from(`M ${executable === true ? '100755' : '100644'} inline ${path}\n`));
    parts.push(data(typeof content === 'string' ? Buffer.from(content) : content));
  }
  parts.push(Buffer.from('done\n'));
  return Buffer.concat(parts);
}

function data(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}
