import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltPackage } from '../../../activities/build/build-step.ts';
import { builderProfile } from '../../../activities/build/builder-profiles.ts';
import { composeImage } from '../../../activities/build/compose-image.ts';
import { finaliseImage } from '../../../activities/build/finalise-image.ts';
import { readPackageEntries } from '../../../adapters/apk/package-entries.ts';
import { openPackage } from '../../../adapters/apk/package-file.ts';
import { makeDocument } from '../../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { type Sha256, sha256 } from '../../../domain/digest.ts';
import { VARIANTS, type Variant } from '../../../domain/pins/variant.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import type { TestLab } from '../../lab/running-lab.ts';
import { cachedSteps } from '../build/cached-step.ts';
import { orderFromDay } from '../build/lab-order.ts';

/** The three images as the self-tests get them, and what is expected of them. */
export interface FinishedImages {
  readonly images: ReadonlyMap<Variant, OciImage>;
  readonly expected: {
    readonly coreVersion: string;
    readonly providerVersion: string;
    readonly provider: Sha256;
  };
}

const EPOCH = Date.UTC(2026, 3, 7) / 1000;

/** Composes and finishes the three images from what the first builder made, which the cache keeps. `place` is a folder to work in. */
export async function makeFinishedImages(lab: TestLab, place: string): Promise<FinishedImages> {
  const { cache, state } = lab.directories;
  const from = await orderFromDay(join(state, 'lab', 'days', '0', 'public'), lab.now().today.newestCore);
  const profile = builderProfile('a', 2);
  const deps = { melange: lab.tools.path('melange'), scratch: place, report: () => undefined };
  const steps = await cachedSteps(cache, profile, from, deps);
  const { values, blueprints } = from.order;
  const expected = {
    coreVersion: values.core.version,
    providerVersion: values.provider.version,
    provider: await moduleDigest(steps[0].packages),
  };
  const images = new Map<Variant, OciImage>();
  for (const variant of VARIANTS) {
    const own = steps
      .flatMap(({ packages }) => packages)
      .filter((one) => variant === 'development' || one.name !== 'openssl-dev');
    const packages = [...from.closures[variant], ...own];
    const composed = await composeImage(
      profile,
      { variant, values, blueprints, packages, architecture: 'x86_64', epoch: EPOCH },
      { apko: lab.tools.path('apko'), scratch: place, report: () => undefined },
    );
    images.set(variant, finaliseImage(composed, { ...IDENTITY, ...expected, variant }));
  }
  return { images, expected };
}

const IDENTITY = {
  certificate: 4985,
  revision: '0'.repeat(40),
  source: 'https://git.example/openssl',
  vendor: 'Example',
  epoch: EPOCH,
};

async function moduleDigest(packages: readonly BuiltPackage[]): Promise<Sha256> {
  const [only] = packages;
  const file = await openPackage(await readFile(only?.path ?? ''), 'the provider');
  for await (const entry of readPackageEntries(file, 'the provider')) {
    if (entry.type === 'file' && entry.path === 'usr/lib/ossl-modules/fips.so') return sha256(entry.content);
  }
  throw new Error('the package of the provider has no fips.so');
}

/** The image with one more layer on top, whose files take the place of its own; or, `alone`, with that layer and no other. */
export async function withLayer(
  image: OciImage,
  files: Parameters<typeof sampleLayer>[0],
  alone = false,
): Promise<OciImage> {
  const layers = [...(alone ? [] : image.layers), await sampleLayer(files)];
  const sample = sampleImage(layers);
  const config = makeDocument(MEDIA_TYPES.config, {
    ...image.config.content,
    rootfs: sample.config.content.rootfs,
  });
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    ...sample.manifest.content,
    config: config.descriptor,
  });
  const index = makeDocument(MEDIA_TYPES.index, {
    ...image.index.content,
    manifests: [{ ...manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  return { index, manifest, config, layers };
}
