import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode, writeDirectoryAtomic, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { ImageConfig } from '../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { attachToImage } from '../../adapters/sandbox/attach-to-image.ts';
import { imageCommand } from '../../adapters/sandbox/run-in-image.ts';
import { hexOf } from '../../domain/digest.ts';
import type { Report } from '../../domain/report.ts';
import { findImage, type FoundImage, type ImageSources } from './find-image.ts';

/** One run of `foundry run`. */
export interface RunCall extends ImageSources {
  /** What the person calls the image. */
  readonly image: string;
  /** The whole command; none for what the image itself would run. */
  readonly command: readonly string[];
  readonly report: Report;
}

const CONFIG_FILE = 'config.json';

/**
 * Runs a command in an image, hardened as the self-tests do, on our own input and output, and returns its exit code. An image is
 * unpacked once and kept in the cache by its digest. Throws what finding, pulling and unpacking an image throw.
 */
export async function runImage(call: RunCall): Promise<number> {
  const found = await findImage(call.image, call);
  const folder = join(call.directories.cache, 'images', hexOf(found.digest));
  const config = (await unpackedConfig(folder)) ?? (await unpack(found, folder, call.report));
  const argv = call.command.length > 0 ? call.command : imageCommand(config, []);
  return await attachToImage({ root: join(folder, 'root'), config, argv, signal: call.signal });
}

async function unpackedConfig(folder: string): Promise<ImageConfig | undefined> {
  try {
    return ImageConfig.parse(JSON.parse(await readFile(join(folder, CONFIG_FILE), 'utf8')));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function unpack({ digest, load }: FoundImage, folder: string, report: Report): Promise<ImageConfig> {
  report(`unpacking ${digest}`);
  const image = await load();
  await writeDirectoryAtomic(folder, async (aside) => {
    await unpackImage(image, join(aside, 'root'));
    await writeFileAtomic(join(aside, CONFIG_FILE), image.config.bytes);
  });
  return image.config.content;
}
