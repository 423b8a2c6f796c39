import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory, writeFileAtomic } from '../files/write-atomic.ts';
import { runTool } from '../process/run-tool.ts';
import type { OciImage } from './oci-image.ts';

/**
 * Unpacks the layers of an image into `folder`, in order, as the file system of a container. Device nodes are left out: a container
 * gets its own, and only root may make them. Layers that remove files of others (whiteouts) are not known here.
 */
export async function unpackImage(image: Pick<OciImage, 'layers'>, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await withTemporaryDirectory(async (aside) => {
    for (const [index, layer] of image.layers.entries()) {
      const file = join(aside, `${index}.tar.gz`);
      await writeFileAtomic(file, layer);
      await runTool({
        tool: 'tar',
        file: 'tar',
        args: [
          '-xzpf',
          file,
          '-C',
          folder,
          '--no-same-owner',
          '--delay-directory-restore',
          '--exclude=dev/*',
        ],
      });
    }
  });
}
