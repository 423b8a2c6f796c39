import { z } from 'zod';
import { Artifact } from '../../domain/artifact.ts';
import { OciDigestText } from '../../domain/pins/values.ts';
import { PLATFORMS, VARIANTS } from '../../domain/pins/variant.ts';
import { StoredImage } from './stored-image.ts';

/** One image of a release on its way to be published: what every activity of evidence, gates and publish is given. */
export const ImageInQuarantine = z.strictObject({
  plan: Artifact,
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  /** As it lies in the artifact store. */
  image: StoredImage,
  /** Where it lies in the registry. */
  place: z.strictObject({
    registry: z.string().min(1),
    repository: z.string().min(1),
    /** Of its index. */
    digest: OciDigestText,
  }),
});
export type ImageInQuarantine = Readonly<z.infer<typeof ImageInQuarantine>>;
