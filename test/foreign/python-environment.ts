import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { writeDirectoryAtomic } from '../../adapters/files/write-atomic.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { sha256 } from '../../domain/digest.ts';

/**
 * A Python with packages of the Python index, so that programs of others judge what we make; the path of its interpreter. `list` is a file
 * of exact versions beside this one. Only wheels are taken: nothing of a package runs while it is installed. It is made once and kept
 * in the cache.
 */
export async function pythonWith(list: string): Promise<string> {
  const requirements = fileURLToPath(new URL(list, import.meta.url));
  const key = sha256(await readFile(requirements)).slice(0, 16);
  const folder = join(resolveDirectories(process.env).cache, 'test', `python-${key}`);
  const python = join(folder, 'bin', 'python');
  if ((await ifThere(readFile(join(folder, 'pyvenv.cfg')))) !== undefined) return python;
  await writeDirectoryAtomic(folder, async (aside) => {
    await runTool({ tool: 'python3', file: 'python3', args: ['-m', 'venv', aside] });
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--requirement',
      requirements,
    ];
    await runTool({
      tool: 'pip',
      file: join(aside, 'bin', 'python'),
      args: pip,
      passEnv: ['PIP_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_CERT', 'SSL_CERT_FILE', 'HTTPS_PROXY', 'NO_PROXY'],
    });
  });
  return python;
}
