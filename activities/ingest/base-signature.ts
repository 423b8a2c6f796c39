import { readFile } from 'node:fs/promises';
import { type ImageAddress, nameOfImage } from '../../adapters/registry/image-address.ts';
import { BUNDLE_MEDIA_TYPE } from '../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import { ImageManifest } from '../../adapters/registry/oci-types.ts';
import { verifyBundle } from '../../adapters/sigstore/verify.ts';
import { hexOf, ociDigest, type OciDigest, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Lock } from '../../domain/pins/lock.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { blobOf } from './image-files.ts';
import type { IngestRun } from './ingest-context.ts';

/** What cosign writes for "this image is ours", when the signature is a statement. */
const IMAGE_SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';

type Signer = Versions['base']['signer'];

/** Finds the blob that holds a signature which passes, or throws why there is none. */
export type FindSignature = (image: ImageAddress, signer: Signer, trustedRoot: unknown) => Promise<Sha256>;

/** Looks among the signatures that are attached to the image; one that `known` holds goes first. */
export function attachedSignature(known: Lock | undefined): FindSignature {
  return async (image, signer, trustedRoot) => {
    const bundles = await readAttachedBundles(image);
    const passing: Sha256[] = [];
    let refusal: unknown;
    for (const { manifest, bundle } of bundles) {
      try {
        verifySignature(bundle, trustedRoot, image.digest, signer);
        passing.push(await bundleBlob(image, manifest));
      } catch (error) {
        refusal ??= error;
      }
    }
    const best = passing.find((sha256) => known?.files.some((file) => file.sha256 === sha256)) ?? passing[0];
    if (best !== undefined) return best;
    throw refusal ?? unsigned(image);
  };
}

/** Takes the signature that the lock names. */
export function lockedSignature(lock: Lock): FindSignature {
  return ({ repository, digest }) => {
    const entry = lock.files.find((file) => file.kind === 'image-signature');
    if (entry !== undefined) return Promise.resolve(entry.sha256);
    throw new FoundryError('FND_STALE_LOCK', `the lock names no signature of ${repository}@${digest}`, {
      hint: 'Run `./foundry ingest`: it writes the lock anew.',
    });
  };
}

/** Brings the signature of an image and verifies it: by the pinned identity, over this digest. Throws FND_SIGNATURE_REFUSED. */
export async function bringSignature(
  run: IngestRun,
  image: ImageAddress,
  signer: Signer,
  find: FindSignature,
): Promise<void> {
  const sha256 = await find(image, signer, run.trustedRoot);
  const blob = blobOf(image, ociDigest(sha256));
  const { path } = await run.supply.bring({
    entry: {
      kind: 'image-signature',
      name: 'base',
      platform: null,
      mediaType: BUNDLE_MEDIA_TYPE,
      url: blob.url,
    },
    sha256,
    fetch: blob.fetch,
  });
  verifySignature(parseJson(await readFile(path, 'utf8'), blob.url), run.trustedRoot, image.digest, signer);
}

function verifySignature(bundle: unknown, trustedRoot: unknown, digest: OciDigest, signer: Signer): void {
  verifyBundle(bundle, trustedRoot, {
    identity: { issuer: signer.issuer, san: signer.identity },
    subjectDigest: hexOf(digest),
    predicateType: IMAGE_SIGNATURE,
  });
}

/** The bundle itself is the carrier's one layer; the reader of attached bundles has looked at its form. */
async function bundleBlob({ registry, repository }: ImageAddress, carrier: OciDigest): Promise<Sha256> {
  const { bytes } = await registry.getManifest(repository, carrier);
  const manifest = ImageManifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const [layer] = manifest.layers;
  if (layer === undefined)
    throw new FoundryError('FND_BAD_DATA', `${repository}@${carrier} carries no bundle`);
  return hexOf(layer.digest);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not JSON`, { cause });
  }
}

function unsigned(image: ImageAddress): FoundryError {
  return new FoundryError('FND_SIGNATURE_REFUSED', `${nameOfImage(image)} carries no Sigstore signature`, {
    hint: 'Its publisher signs what it publishes. Do not use this image.',
  });
}
