import { readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { Check } from '../../domain/release/check.ts';
import type { ManifestBenchmark } from './manifest-benchmarks.ts';
import type { ManifestObject } from './manifests.ts';

const SET_ON_EXECUTION = 0o6000;

/**
 * Whether the manifests are those of this image: every container runs it by its digest and as its user, a number that is not 0, and the
 * limits that they name are of their own namespace. Without this the benchmark would speak of manifests, and not of the image.
 */
export function fitCheck(
  { prefix }: ManifestBenchmark,
  objects: readonly ManifestObject[],
  { image, user }: { readonly image: string; readonly user: string | undefined },
): Check {
  const check = { id: `${prefix}-IMAGE`, title: 'The manifests run this image, as its user' };
  const containers = objects.flatMap((object) => object.containers);
  const isNumeric = user !== undefined && /^[1-9]\d*(:[1-9]\d*)?$/.test(user);
  const number = isNumeric ? Number.parseInt(user, 10) : undefined;
  const namespaces = new Set(objects.map(({ namespace }) => namespace));
  const reasons = [
    ...(isNumeric ? [] : [`the user of the image is ${user ?? 'not set'}, no number but 0`]),
    ...(containers.length > 0 ? [] : ['no container is named']),
    ...containers
      .filter((container) => container.image !== image)
      .map(({ name, image: other }) => `the container ${name} runs ${other}, not ${image}`),
    ...containers
      .filter((container) => isNumeric && container.user !== number)
      .map(
        ({ name, user: other }) =>
          `the container ${name} runs as ${other ?? 'whom the image names'}, not ${user}`,
      ),
    ...(namespaces.size === 1
      ? []
      : [`the objects are in several namespaces: ${[...namespaces].join(', ')}`]),
  ];
  return reasons.length === 0
    ? { ...check, verdict: 'pass', detail: `${containers.length} containers run ${image} as ${user}` }
    : { ...check, verdict: 'fail', detail: reasons.join('; ') };
}

/** Whether the image holds a file that gives whoever runs it the rights of its owner. Reads every layer. */
export async function setuidCheck({ prefix }: ManifestBenchmark, image: OciImage): Promise<Check> {
  const check = { id: `${prefix}-SETUID`, title: 'No file of the image is setuid or setgid' };
  const found: string[] = [];
  let files = 0;
  for (const [index, layer] of image.layers.entries()) {
    for await (const { path, type, mode } of readArchiveEntries(layer, `layer ${index + 1}`)) {
      if (type !== 'file' && type !== 'link') continue;
      files += 1;
      if ((mode & SET_ON_EXECUTION) !== 0) found.push(path);
    }
  }
  if (files === 0) return { ...check, verdict: 'not-run', detail: 'the image holds no files' };
  return found.length === 0
    ? { ...check, verdict: 'pass', detail: `none of ${files} files` }
    : { ...check, verdict: 'fail', detail: found.join(', ') };
}
