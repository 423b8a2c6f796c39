import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { WORKER_FLAGS } from './adapters/process/worker-flags.ts';

/** Goes on from one whole release in one lab, which its set-up makes. */
const RELEASE = 'test/release/**/*.system.test.ts';
/** Runs a real Temporal server on PostgreSQL, and workers that share no folder: servers that CI does not have. */
const MACHINES = 'test/machines/**/*.system.test.ts';
/** Opens pages in a browser, which is 300 MB that a machine may not have. */
const BROWSER = 'test/**/*.browser.test.ts';

/** Files of tests run in the order of their names: those of releases work on the same lab, first the ones that leave it as it was. */
class InOrderOfNames extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}

const COMPLIANCE = {
  test: {
    name: 'compliance',
    include: ['test/compliance/compliance.suite.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

const SEVERAL = {
  test: {
    name: 'machines',
    include: [MACHINES],
    testTimeout: 3_600_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
  },
};

const BROWSERS = {
  test: { name: 'browser', include: [BROWSER], testTimeout: 120_000, hookTimeout: 120_000 },
};

/**
 * Six projects. `unit` is fast and needs neither network nor tools; `system` drives the real tools, services and lab; `release` builds
 * OpenSSL, drives whole releases and lets the days of a lab pass. Three run only when they are asked for: `machines` runs workers that share
 * no folder on a Temporal server with PostgreSQL (`npm run test:machines`), `browser` opens pages in Debian's Chromium
 * (`npm run test:browser`), and `compliance` examines one image that the environment names (test/compliance/README.md). A test file that
 * needs anything beyond Node is called `*.system.test.ts`, or `*.browser.test.ts`.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: InOrderOfNames },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.system.test.ts', BROWSER],
          testTimeout: 20_000,
          // Files share a worker and what it has imported, which is most of their cost; a test puts back what it changes.
          isolate: false,
          // The default is one less than there are cores.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.system.test.ts'],
          exclude: [RELEASE, MACHINES],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // Half of what they do is to wait for services and clocks.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'release',
          include: [RELEASE],
          globalSetup: ['test/release/setup.ts'],
          testTimeout: 1_200_000,
          hookTimeout: 3_600_000,
          fileParallelism: false,
          // Whole images go through these tests, as they do through workers.
          execArgv: [...WORKER_FLAGS],
        },
      },
      ...(process.env['FOUNDRY_MACHINES'] === undefined ? [] : [SEVERAL]),
      ...(process.env['FOUNDRY_BROWSER'] === undefined ? [] : [BROWSERS]),
      ...(process.env['FOUNDRY_IMAGE'] === undefined ? [] : [COMPLIANCE]),
    ],
  },
});
