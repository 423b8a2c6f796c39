import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { withStateFolder } from './state-folder.ts';

const FOUNDRY = fileURLToPath(new URL('../foundry', import.meta.url));
const RUNS = 5;

interface Measured {
  readonly what: string;
  readonly medianMs: number;
  readonly against: string;
  readonly ratio: number;
}

await withStateFolder('a folder for this run; its services are stopped and started', async () =>
  print(await measure()),
);

async function measure(): Promise<Measured[]> {
  await foundry('lab');
  const bare = await median(() => execa(process.execPath, ['-e', '0']));
  const version = await median(() => foundry('version'));
  const tools = await median(() => foundry('tools'));
  const up = await median(() => foundry('up'), down);
  const lab = await median(() => foundry('lab'), down);
  await down();
  return [
    { what: 'foundry version', medianMs: version, against: 'bare Node', ratio: version / bare },
    { what: 'foundry tools, all built', medianMs: tools, against: 'bare Node', ratio: tools / bare },
    { what: 'foundry lab, all made, services down', medianMs: lab, against: 'foundry up', ratio: lab / up },
  ];
}

async function median(run: () => Promise<unknown>, before?: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done < RUNS; done += 1) {
    await before?.();
    const began = performance.now();
    await run();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

function foundry(...args: string[]): Promise<unknown> {
  return execa(FOUNDRY, ['--quiet', ...args]);
}

function down(): Promise<unknown> {
  return foundry('down');
}

function print(rows: readonly Measured[]): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  for (const { what, medianMs, against, ratio } of rows) {
    process.stdout.write(
      `${what.padEnd(38)} ${medianMs.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)} x ${against}\n`,
    );
  }
}
