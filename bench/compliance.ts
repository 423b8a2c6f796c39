import { resolveDirectories } from '../adapters/directories/directories.ts';
import { ANONYMOUS } from '../adapters/registry/credentials.ts';
import { newestImage } from '../client/release/newest-image.ts';
import { runSelftest } from '../client/selftest/run-selftest.ts';
import { VARIANTS } from '../domain/pins/variant.ts';
import { withStateFolder } from './state-folder.ts';

/** What the whole suite may cost on two cores: all variants together, and the memory of the process that runs it. */
const BUDGET = { seconds: 60, mebibytes: 512 };

interface Measured {
  readonly what: string;
  readonly checks: number;
  readonly passed: number;
  readonly value: number;
  readonly unit: 's' | 'MiB';
  /** Against the budget; below 1 is within it. */
  readonly ratio: number;
}

await withStateFolder('the folder of a foundry that runs and has made a release', async () =>
  print(await measure()),
);

/** The three images of the newest release, side by side, as the self-test stage does them. */
async function measure(): Promise<Measured[]> {
  const directories = resolveDirectories(process.env);
  const { signal } = new AbortController();
  const began = performance.now();
  const each = await Promise.all(
    VARIANTS.map(async (image) => {
      const { checks, counts } = await runSelftest({
        image,
        variant: undefined,
        platform: undefined,
        release: undefined,
        directories,
        signal,
        report: () => undefined,
        login: ANONYMOUS,
        newestImage: (variant) => newestImage(directories, variant, signal),
      });
      const value = (performance.now() - began) / 1000;
      return { what: image, checks: checks.length, passed: counts.pass, value, unit: 's' as const };
    }),
  );
  const all = {
    what: 'all three',
    checks: each.reduce((sum, { checks }) => sum + checks, 0),
    passed: each.reduce((sum, { passed }) => sum + passed, 0),
  };
  const seconds = Math.max(...each.map(({ value }) => value));
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  return [
    ...each.map((row) => ({ ...row, ratio: row.value / BUDGET.seconds })),
    { ...all, value: seconds, unit: 's', ratio: seconds / BUDGET.seconds },
    {
      ...all,
      what: 'memory of the suite',
      value: mebibytes,
      unit: 'MiB',
      ratio: mebibytes / BUDGET.mebibytes,
    },
  ];
}

function print(rows: readonly Measured[]): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  for (const { what, checks, passed, value, unit, ratio } of rows) {
    const figure = `${value.toFixed(1)} ${unit}`.padStart(12);
    process.stdout.write(
      `${what.padEnd(22)} ${passed}/${checks} ${figure}  ${ratio.toFixed(2)} of the budget\n`,
    );
  }
}
