import { z } from 'zod';
import type { Collection } from './store.ts';

const Settings = z.object({
  /** Requests a token may make in one window. */
  limit: z.int().nonnegative().default(5000),
  /** The same for requests without a token. */
  anonymousLimit: z.int().nonnegative().default(60),
  windowSeconds: z.number().positive().default(3600),
  /** Secondary limits to play: each of the next writes is refused by one of these, in order. */
  secondary: z
    .array(z.object({ status: z.literal([403, 429]), retryAfterSeconds: z.int().nonnegative() }))
    .default([]),
  /** Package URL types that the dependency graph refuses to take. */
  refusedPurlTypes: z.array(z.string()).default([]),
});

/** How the lab's forge behaves; tests and demonstrations write the file to play a part of GitHub's bad weather. */
export type Settings = Readonly<z.infer<typeof Settings>>;

export const SETTINGS: Collection<Settings> = {
  file: 'settings.json',
  schema: Settings,
  empty: Settings.parse({}),
};
