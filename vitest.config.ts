import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` is fast and needs neither network nor tools; `system` drives the real tools, services and lab.
 * A test file that needs anything beyond Node is called `*.system.test.ts`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.system.test.ts'] },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.system.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
