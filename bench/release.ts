import { z } from 'zod';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { openResources } from '../worker/resources.ts';
import { median } from './median.ts';
import { commit, type MeasuredRelease, print, release, type Row, rowsOf } from './measured-release.ts';
import { straightRelease } from './straight-release.ts';
import { withStateFolder } from './state-folder.ts';

/** A ratio of fewer rounds says little; one is enough to see whether it runs. */
const ROUNDS = z.coerce.number().int().min(1).catch(3).parse(process.argv[2]);

/**
 * The release against a straight script of the same tool calls, and a release of equal inputs. Needs a lab in which a release completed,
 * in FOUNDRY_STATE_DIR: OpenSSL itself is reused on both sides, the configuration and the images are made anew. The ratio is over the
 * stages up to the self-tests: what comes after signs what Temporal recorded, which no script has. The first argument is the number of rounds.
 */
await withStateFolder('the state folder of a lab in which a release completed', measure);

async function measure(): Promise<void> {
  const directories = resolveDirectories(process.env);
  const resources = await openResources({
    stateDir: directories.state,
    cacheDir: directories.cache,
    profile: process.env['FOUNDRY_PROFILE'],
    store: { kind: 'directory' },
    temporal: { options: { address: 'none' }, namespace: 'none' },
    signingIdentity: null,
    packageKey: null,
  });
  const stamp = new Date().toISOString();
  const straight: number[] = [];
  const durable: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const first = await commit(resources, 'images/openssl.cnf', begunWith(`# ${stamp} straight ${round}\n`));
    straight.push(await timed(() => straightRelease(resources, { ...first, isRebuild: false })));
    const second = await commit(resources, 'images/openssl.cnf', begunWith(`# ${stamp} durable ${round}\n`));
    durable.push(untilSelfTested(await release(second.commit)));
    process.stdout.write(`round ${round}: straight ${shown(straight)}, through Temporal ${shown(durable)}\n`);
  }
  const equal = await release((await commit(resources, 'README.md', begunWith(`\n${stamp}\n`))).commit);
  const [a, b] = [median(straight), median(durable)];
  const rows: Row[] = [
    ['straight script', `${a.toFixed(1)} s   (${shown(straight)})`],
    ['release through Temporal', `${b.toFixed(1)} s   (${shown(durable)})`],
    ['ratio', (b / a).toFixed(3)],
    ['equal inputs', `${equal.seconds.toFixed(1)} s`],
    ...rowsOf(equal),
  ];
  print(rows);
}

/** From the beginning of the first stage to the end of the self-tests, in seconds. */
function untilSelfTested({ status: { stages } }: MeasuredRelease): number {
  const began = Date.parse(stages[0]?.startedAt ?? '');
  const last = stages.find(({ stage }) => stage === 'self-test');
  return (Date.parse(last?.startedAt ?? '') - began) / 1000 + (last?.seconds ?? NaN);
}

function shown(seconds: readonly number[]): string {
  return seconds.map((one) => one.toFixed(1)).join(', ');
}

function begunWith(line: string): (text: string) => string {
  return (text) => `${line}${text}`;
}

async function timed(use: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await use();
  return (performance.now() - began) / 1000;
}
