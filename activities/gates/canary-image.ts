import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { packTarFiles } from '../../adapters/apk/tar.ts';
import { makeDocument } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../domain/digest.ts';
import { architectureOf, type Platform } from '../../domain/pins/variant.ts';

/** A package that the canary claims to hold. */
interface CanaryPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
}

/** Put together here, so that no file of ours holds what looks like a token. It opens nothing. */
const SECRET = ['ghp', 'c4nary0b1rd1n2a3cage4that5opens6no07'].join('_');
const CREATED = '2000-01-01T00:00:00Z';

/**
 * An image with a known mistake of every kind that a gate looks for: the packages that are asked for, root as its user, no health check,
 * an update on its own, an ADD, and a token in its environment. It is of the platform of the image that is judged, holds no program and is never run.
 */
export async function canaryImage(packages: readonly CanaryPackage[], platform: Platform): Promise<OciImage> {
  const [os = '', architecture = ''] = platform.split('/');
  const installed = packages
    .map(
      ({ name, version, origin }) =>
        `P:${name}\nV:${version}\nA:${architectureOf(platform)}\no:${origin}\nL:Apache-2.0\n`,
    )
    .join('\n');
  const tar = await packTarFiles(
    [
      { name: 'etc/os-release', content: Buffer.from('ID=wolfi\nNAME="Wolfi"\nVERSION_ID="20230201"\n') },
      { name: 'usr/lib/apk/db/installed', content: Buffer.from(`${installed}\n`) },
    ],
    { mtime: 0, endOfArchive: true },
  );
  const layer = gzipSync(tar);
  const config = makeDocument(MEDIA_TYPES.config, {
    created: CREATED,
    architecture,
    os,
    config: { Env: [`GITHUB_TOKEN=${SECRET}`], Labels: {} },
    rootfs: {
      type: 'layers' as const,
      diff_ids: [`sha256:${createHash('sha256').update(tar).digest('hex')}`],
    },
    history: [
      { created: CREATED, created_by: 'canary' },
      ...['/bin/sh -c apt-get update', '/bin/sh -c #(nop) ADD secrets /secrets'].map((step) => ({
        created: CREATED,
        created_by: step,
        empty_layer: true,
      })),
    ],
  });
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: [{ mediaType: MEDIA_TYPES.layerTarGzip, digest: ociDigest(sha256(layer)), size: layer.length }],
  });
  const index = makeDocument(MEDIA_TYPES.index, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.index,
    manifests: [{ ...manifest.descriptor, platform: { architecture, os } }],
  });
  return { index, manifest, config, layers: [layer] };
}
