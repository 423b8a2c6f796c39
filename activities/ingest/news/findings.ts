import { certificateMoments } from '../../../domain/ingest/certificate-alarm.ts';
import type { Alarm, Bump, Waiting } from '../../../domain/ingest/plan.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { alarmsOf, tooOldAt } from './alarms.ts';
import { bumpsBetween } from './bumps.ts';
import { otherCertificates } from './other-certificates.ts';
import type { Chosen } from './choose.ts';
import { rebuildsBetween } from './rebuilds.ts';
import type { NewestBuilds } from './rollback.ts';
import type { Surroundings } from './surroundings.ts';
import { waitingPackages } from './waiting-packages.ts';

/** What a run found, for people and for the next run. */
export interface Findings {
  readonly bumps: readonly Bump[];
  readonly waiting: readonly Waiting[];
  readonly alarms: readonly Alarm[];
  readonly rebuilds: readonly string[];
  /** What was seen of the package indexes. */
  readonly builds: NewestBuilds;
  /** When there is something to decide again though no upstream has changed. */
  readonly lookAgain: Date | null;
}

/** Where nothing was looked at. */
export const NO_FINDINGS: Findings = {
  bumps: [],
  waiting: [],
  alarms: [],
  rebuilds: [],
  builds: {},
  lookAgain: null,
};

/** What follows from what was chosen; `after` are the pins with it. */
export function findingsOf(around: Surroundings, chosen: Chosen, after: Versions): Findings {
  const { before, advice, patience, builds } = around;
  const waiting = [...waitingOf(around, chosen), ...otherCertificates(before, patience.now)];
  const again = [
    ...waiting.flatMap(({ until }) => (until === null ? [] : [new Date(until)])),
    ...certificateMoments(before),
    ...(advice.databaseMade === null ? [] : [tooOldAt(before, advice.databaseMade)]),
  ].filter((moment) => moment > patience.now);
  return {
    bumps: bumpsOf(around, chosen, after),
    waiting,
    alarms: alarmsOf(before, advice.databaseMade, patience.now),
    rebuilds: rebuildsBetween(before, after),
    builds,
    lookAgain:
      again.length === 0 ? null : new Date(Math.min(...again.map((moment) => moment.getTime())) + 1000),
  };
}

function bumpsOf(
  { before, admission, onBase, onCore }: Surroundings,
  { base, closures }: Pick<Chosen, 'base' | 'closures'>,
  after: Versions,
): Bump[] {
  return bumpsBetween(before, after, {
    core: onCore.taken,
    image: base.image,
    baseFixes: onBase.fixes,
    packages: closures.packages,
    admission,
  });
}

function waitingOf(around: Surroundings, chosen: Chosen): Waiting[] {
  const { before, indexes, admission, patience, onBase, onCore } = around;
  const { base, closures, putOff } = chosen;
  const decided = [onCore.waiting, onBase.waiting].filter((one) => one !== null);
  if (putOff !== null) return [...decided, ...growing(around, chosen, putOff)];
  const choice = { versions: before, indexes, base: base.packages, closures, admission, patience };
  return [...decided, ...waitingPackages(choice)];
}

/** All that would have been taken together with what is too much. */
function growing(around: Surroundings, { aimed }: Chosen, putOff: NonNullable<Chosen['putOff']>): Waiting[] {
  const packages = { ...around.before.packages };
  for (const [purpose, versions] of Object.entries(putOff.closures.pins)) {
    const block = packages[purpose as keyof typeof packages];
    if (block !== undefined) packages[purpose as keyof typeof packages] = { ...block, versions };
  }
  return bumpsOf(around, putOff, { ...aimed, packages })
    .filter(({ kind }) => kind === 'package' || kind === 'base-image')
    .map((bump) => ({ bump, why: 'growth', until: null, detail: putOff.detail }));
}
