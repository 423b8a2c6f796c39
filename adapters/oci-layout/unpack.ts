import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import { withTemporaryDirectory, writeFileAtomic } from '../files/write-atomic.ts';
import { runTool } from '../process/run-tool.ts';
import type { OciImage } from './oci-image.ts';

/**
 * Unpacks the layers of an image into `folder`, in order, as the file system of a container. Device nodes are left out: a container
 * gets its own, and only root may make them. What a layer removes (image-spec 1.1, layer.md: whiteouts) is not there. Throws FND_BAD_DATA
 * for a layer that empties a folder of others (an opaque whiteout), FND_TOOL_FAILED for one that would write anywhere else,
 * FND_TOOL_MISSING.
 */
export async function unpackImage(image: Pick<OciImage, 'layers'>, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await withTemporaryDirectory(async (aside) => {
    for (const [index, layer] of image.layers.entries()) {
      const file = join(aside, `${index}.tar.gz`);
      await writeFileAtomic(file, layer);
      await runTool({ tool: 'tar', file: 'bwrap', args: [...sandbox(file, folder), '--', ...UNPACK] });
      await removeWhiteouts(folder);
    }
  });
}

const UNPACK =
  'tar -xzpf /layer.tar.gz -C /image --no-same-owner --delay-directory-restore --exclude=dev/*'.split(' ');

/**
 * A layer may write through a link of a layer below it, and tar follows: it sees the folder and nothing else that can be written, so that
 * a link that leads out of the image ends the unpacking.
 */
function sandbox(layer: string, folder: string): string[] {
  return [
    ['--unshare-all', '--unshare-user', '--uid', '0', '--gid', '0', '--die-with-parent', '--new-session'],
    // A layer may put files into a folder that the one below it closed.
    ['--cap-drop', 'ALL', '--cap-add', 'CAP_DAC_OVERRIDE', '--cap-add', 'CAP_FOWNER'],
    ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin'],
    ['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ['--ro-bind', layer, '/layer.tar.gz', '--bind', folder, '/image', '--remount-ro', '/'],
  ].flat();
}

const WHITEOUT = '.wh.';

/** Removes what the layer that was just unpacked says is not there. Links are not followed. */
async function removeWhiteouts(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const whiteouts = entries.map(({ name }) => name).filter((name) => name.startsWith(WHITEOUT));
  for (const name of whiteouts) {
    if (name.startsWith(`${WHITEOUT}${WHITEOUT}`))
      throw new FoundryError('FND_BAD_DATA', `a layer has ${name}, which empties a folder of others`);
    await rm(join(folder, name));
    await rm(join(folder, name.slice(WHITEOUT.length)), { recursive: true, force: true });
  }
  const gone = whiteouts.map((name) => name.slice(WHITEOUT.length));
  for (const entry of entries)
    if (entry.isDirectory() && !gone.includes(entry.name)) await removeWhiteouts(join(folder, entry.name));
}
