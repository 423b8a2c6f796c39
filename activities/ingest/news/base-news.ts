import { compareApkVersions, parseApkVersion } from '../../../adapters/apk/version.ts';
import { decide, oldEnoughAt, type Patience } from '../../../domain/ingest/decide.ts';
import type { Waiting } from '../../../domain/ingest/plan.ts';
import { isOver } from '../../../domain/pins/policy.ts';
import type { Purpose } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { BaseImage } from '../base-image.ts';
import { type BasePackages, takenFromBase } from '../closures.ts';
import type { Admission } from './admission.ts';
import { baseBump } from './bumps.ts';

/** The images that hold what the base image holds. */
const ON_BASE = ['standard', 'development'] as const satisfies readonly Purpose[];

/** What to decide on: a base image whose signature is verified, and what it holds. */
export interface BaseNews {
  readonly versions: Versions;
  readonly image: BaseImage;
  readonly packages: BasePackages;
}

/** What becomes of the newest base image. */
export interface BaseDecision {
  /** The vulnerabilities of pinned packages that are fixed in those that it holds. */
  readonly fixes: readonly string[];
  /** Why it is not taken; null when it is. */
  readonly waiting: Waiting | null;
}

/**
 * Decides on the newest base image: it is taken when it fixes something, or is old enough. One that holds an older version than one that is
 * pinned waits for a person, and one that would change a held package for the end of the hold.
 */
export function decideOnBase(news: BaseNews, admission: Admission, patience: Patience): BaseDecision {
  const { versions, image } = news;
  const changes = [...changesOf(news)];
  const fixes = changes.flatMap(({ record, from }) =>
    admission.fixes(record, parseApkVersion(from), record.version),
  );
  const taken: BaseDecision = { fixes, waiting: null };
  if (versions.base.digest === undefined || versions.base.digest === image.digest) return taken;
  const wait = (rest: Omit<Waiting, 'bump'>): BaseDecision => ({
    fixes,
    waiting: { bump: baseBump(versions, image, fixes), ...rest },
  });

  const older = changes.find(
    ({ record, from }) => compareApkVersions(record.version, parseApkVersion(from)) < 0,
  );
  if (older !== undefined) {
    const { name, version } = older.record;
    const detail = `it holds ${name} ${version}, which is older than ${older.from}`;
    return wait({ why: 'person', until: null, detail });
  }
  const held = changes.find(({ record }) => isHeld(versions, record.name, patience.now));
  if (held !== undefined) {
    const { owner, reason, expires } = versions.hold[held.record.name] ?? {};
    const detail = `${held.record.name} is held at ${held.from} by ${owner}: ${reason}`;
    return wait({ why: 'hold', until: `${expires}T23:59:59Z`, detail });
  }
  const candidate = { since: image.created, fixes };
  if (decide([candidate], patience).admitted.length > 0) return taken;
  const until = oldEnoughAt(candidate, patience)?.toISOString() ?? null;
  return wait({
    why: 'cooldown',
    until,
    detail: 'it fixes nothing, and is younger than the cooldown of the policy',
  });
}

/** Whether a hold keeps a package where it is. */
export function isHeld({ hold }: Versions, name: string, now: Date): boolean {
  const found = Object.hasOwn(hold, name) ? hold[name] : undefined;
  return found !== undefined && !isOver(found.expires, now);
}

interface Change {
  readonly record: ReturnType<typeof takenFromBase>[number];
  readonly from: string;
}

function* changesOf({ versions, packages }: BaseNews): Generator<Change> {
  for (const purpose of ON_BASE) {
    const pinned = versions.packages[purpose]?.versions ?? {};
    for (const held of packages.values()) {
      for (const record of takenFromBase(purpose, held)) {
        const from = Object.hasOwn(pinned, record.name) ? pinned[record.name] : undefined;
        if (from !== undefined && from !== record.version) yield { record, from };
      }
    }
  }
}
