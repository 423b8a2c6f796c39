import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import type { Lock } from '../../../domain/pins/lock.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { readBaseContents } from '../base-contents.ts';
import { type BaseImage, bringBaseImage } from '../base-image.ts';
import { attachedSignature } from '../base-signature.ts';
import type { IngestRun } from '../ingest-context.ts';

/** A verified base image, and what was read out of it. */
export interface OpenedBase {
  readonly image: BaseImage;
  readonly packages: ReadonlyMap<Platform, readonly IndexRecord[]>;
  /** The repository keys that it trusts, in PEM: file name to texts. A key counts when the image of any platform holds it. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** Brings a base image by its digest, verifies it, and reads it. Throws what `bringBaseImage` and `readBaseContents` throw. */
export async function openBase(
  run: IngestRun,
  versions: Versions,
  digest: OciDigest,
  known: Lock | undefined,
): Promise<OpenedBase> {
  const image = await bringBaseImage(run, versions, digest, attachedSignature(known));
  const packages = new Map<Platform, readonly IndexRecord[]>();
  const keys = new Map<string, readonly string[]>();
  for (const [platform, layers] of image.layers) {
    const name = `${versions.base.image}@${digest} (${platform})`;
    const contents = await readBaseContents(layers, name);
    packages.set(platform, contents.packages);
    for (const [file, texts] of contents.keys) keys.set(file, [...(keys.get(file) ?? []), ...texts]);
  }
  return { image, packages, keys };
}
