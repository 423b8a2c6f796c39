import { z } from 'zod';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { profilePath } from '../adapters/profile/profile-path.ts';
import { readProfile } from '../adapters/profile/profile.ts';
import { VERSIONS_FILE } from '../domain/pins/pin-files.ts';
import { commit, foundry, type MeasuredRelease, print, release, rowsOf } from './measured-release.ts';
import { withStateFolder } from './state-folder.ts';

const Ingested = z.object({ isChanged: z.boolean(), commit: z.string() });
const BUDGET_SECONDS = 45;

/**
 * A release of one bumped package: day 0 of a lab is released, then the packages that day 1 brings, with the environment of the builds
 * kept, so that OpenSSL is not compiled. Needs a lab that runs, in FOUNDRY_STATE_DIR; it goes back to day 0.
 */
await withStateFolder('the state folder of a lab that runs', measure);

async function measure(state: string): Promise<void> {
  const path = profilePath(resolveDirectories(process.env).state, process.env);
  const anything = z.unknown();
  await foundry(anything, 'lab', '--merge-signal', 'off');
  await foundry(anything, 'lab', 'reset');
  await commit({ profile: () => readProfile(path) }, VERSIONS_FILE, withPolicy);
  const before = await release((await foundry(Ingested, 'ingest')).commit);
  process.stdout.write(`day 0 in ${state}: ${before.seconds.toFixed(1)} s\n`);
  await foundry(anything, 'lab', 'advance');
  const ingested = await foundry(Ingested, 'ingest');
  if (!ingested.isChanged) throw new Error('day 1 brought no news');
  const bumped = await release(ingested.commit);
  requireReused(bumped);
  print([
    ['one bumped package', `${bumped.seconds.toFixed(1)} s, budget ${BUDGET_SECONDS} s`],
    ...rowsOf(bumped),
  ]);
}

/** News are committed at once, and the build environment keeps its pins. */
function withPolicy(versions: string): string {
  return versions
    .replace(/^(\s*mode\s*=\s*)"[^"]*"/m, '$1"push"')
    .replace(/^(\s*cooldown\s*=\s*)"[^"]*"/m, '$1"1m"')
    .replace(/^(\s*build\s*=\s*)"[^"]*"/m, '$1"keep"');
}

/** What was compiled would be measured with it. */
function requireReused({ status }: MeasuredRelease): void {
  const compiled = status.stages
    .flatMap(({ parts }) => parts)
    .filter(({ name, detail }) => name.includes(' by builder ') && detail?.startsWith('reused') !== true);
  if (compiled.length === 0) return;
  throw new Error(`not reused: ${compiled.map(({ name }) => name).join(', ')}`);
}
