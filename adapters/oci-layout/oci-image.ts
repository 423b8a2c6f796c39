import { z } from 'zod';
import type { Descriptor, ImageIndex, ImageManifest } from '../registry/oci-types.ts';

const Text = z.record(z.string(), z.string());
const Moment = z.iso.datetime({ offset: true });

/** How Docker asks a container whether it is well; times in nanoseconds. */
export const Healthcheck = z.strictObject({
  Test: z.array(z.string()).min(1),
  Interval: z.int().nonnegative().optional(),
  Timeout: z.int().nonnegative().optional(),
  StartPeriod: z.int().nonnegative().optional(),
  Retries: z.int().nonnegative().optional(),
});
export type Healthcheck = z.infer<typeof Healthcheck>;

/** How a container of an image runs (OCI image-spec 1.1, config.md), with Docker's health check. */
const RuntimeConfig = z.strictObject({
  User: z.string().optional(),
  Env: z.array(z.string().regex(/^[^=]+=/)).default([]),
  Entrypoint: z.array(z.string()).optional(),
  Cmd: z.array(z.string()).optional(),
  WorkingDir: z.string().optional(),
  Volumes: z.record(z.string(), z.strictObject({})).optional(),
  ExposedPorts: z.record(z.string(), z.strictObject({})).optional(),
  StopSignal: z.string().optional(),
  Healthcheck: Healthcheck.optional(),
  Labels: Text.default({}),
});

const History = z.strictObject({
  created: Moment.optional(),
  created_by: z.string().optional(),
  author: z.string().optional(),
  comment: z.string().optional(),
  empty_layer: z.boolean().optional(),
});

/** The configuration of an image. Unknown members are refused: what we do not know we cannot carry over. */
export const ImageConfig = z.strictObject({
  created: Moment,
  author: z.string().optional(),
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  config: RuntimeConfig,
  rootfs: z.strictObject({
    type: z.literal('layers'),
    diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)),
  }),
  history: z.array(History).default([]),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/** A document of an image: what it is, its exact bytes, and what they say. */
export interface OciDocument<T> {
  readonly descriptor: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;
  readonly bytes: Uint8Array;
  readonly content: T;
}

/** What an image for one platform says of itself. Its manifest names the layers, so that their bytes need not be there. */
export interface OciDocuments {
  readonly index: OciDocument<ImageIndex>;
  readonly manifest: OciDocument<ImageManifest>;
  readonly config: OciDocument<ImageConfig>;
}

/** An image for one platform, in memory: with the packed layers that its manifest names, in order. */
export interface OciImage extends OciDocuments {
  readonly layers: readonly Uint8Array[];
}
