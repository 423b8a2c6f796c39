import { defineConfig } from 'vitest/config';

/** Builds OpenSSL with the real toolchain: minutes of both cores, so it is asked for by name. */
const CONSTRUCT = 'test/activities/build/**/*.system.test.ts';

/**
 * Three projects. `unit` is fast and needs neither network nor tools; `system` drives the real tools, services and lab, one
 * file after the other; `construct` builds OpenSSL. A test file that needs anything beyond Node is called `*.system.test.ts`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.system.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.system.test.ts'],
          exclude: [CONSTRUCT],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'construct',
          include: [CONSTRUCT],
          testTimeout: 3_600_000,
          hookTimeout: 3_600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
