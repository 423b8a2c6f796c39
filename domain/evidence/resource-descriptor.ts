import { z } from 'zod';

/** An in-toto resource descriptor, version 1: something by its digest, and where it is from. */
export const ResourceDescriptor = z.strictObject({
  name: z.string().min(1).optional(),
  uri: z.string().min(1).optional(),
  digest: z.record(z.string(), z.string()).optional(),
  downloadLocation: z.string().optional(),
  mediaType: z.string().optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
});
export type ResourceDescriptor = z.infer<typeof ResourceDescriptor>;
