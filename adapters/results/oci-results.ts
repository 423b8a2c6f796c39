import { ociDigest, type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { EMPTY_CONFIG, ImageManifest, MEDIA_TYPES } from '../registry/oci-types.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResultIndex } from './result-index.ts';

const ARTIFACT_TYPE = 'application/vnd.wolfi-openssl-fips.store.result.v1';

/** Where the results are. It may be the repository of an artifact store: the tags of the one are none of the other. */
export interface ResultsPlace {
  readonly registry: Registry;
  readonly repository: string;
}

/**
 * An index in a repository of an OCI registry, for machines that share no disk: the tag `result-<inputs>` names a manifest with the result
 * as its one layer. A later result moves the tag.
 */
export function openOciResults(place: ResultsPlace): ResultIndex {
  return {
    find: (inputs) => find(place, inputs),
    record: (inputs, result) => record(place, inputs, result),
  };
}

async function find({ registry, repository }: ResultsPlace, inputs: Sha256): Promise<unknown> {
  const tag = tagOf(inputs);
  const found = await registry.findManifest(repository, tag);
  if (found === undefined) return undefined;
  const name = `${registry.host}/${repository}:${tag}`;
  const [layer] = parsed(found.bytes, name, (value) => ImageManifest.parse(value)).layers;
  if (layer === undefined) throw notAResult(name, undefined);
  return parsed(await registry.getBlob(repository, layer.digest), name, (value) => value);
}

async function record(
  { registry, repository }: ResultsPlace,
  inputs: Sha256,
  result: unknown,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(result));
  await registry.putBlob(repository, bytes);
  await registry.putBlob(repository, EMPTY_CONFIG);
  await registry.putManifest(repository, tagOf(inputs), MEDIA_TYPES.manifest, manifestOf(bytes));
}

/** The same for the same result, whoever records it. */
function manifestOf(bytes: Uint8Array): Uint8Array {
  const config = {
    mediaType: MEDIA_TYPES.empty,
    digest: ociDigest(sha256(EMPTY_CONFIG)),
    size: EMPTY_CONFIG.length,
  };
  const layer = { mediaType: 'application/json', digest: ociDigest(sha256(bytes)), size: bytes.length };
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      artifactType: ARTIFACT_TYPE,
      config,
      layers: [layer],
    }),
  );
}

function tagOf(inputs: Sha256): string {
  return `result-${inputs}`;
}

function parsed<T>(bytes: Uint8Array, name: string, read: (value: unknown) => T): T {
  try {
    return read(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw notAResult(name, cause);
  }
}

function notAResult(name: string, cause: unknown): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${name} is not a result of earlier work`, {
    hint: 'Remove the tag: the work is done again.',
    cause,
  });
}
