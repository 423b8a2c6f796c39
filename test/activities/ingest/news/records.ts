import type { IndexRecord } from '../../../../adapters/apk/index-record.ts';
import { parseApkVersion } from '../../../../adapters/apk/version.ts';
import { NOW } from '../fake-run.ts';

/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

const DAY = DAY_MS / 1000;

/** A package of an index that was built so many days before the moment of these tests. */
export function record(name: string, version: string, daysAgo: number, origin = name): IndexRecord {
  return {
    name,
    version: parseApkVersion(version),
    arch: 'x86_64',
    checksum: `Q1${'A'.repeat(27)}=`,
    size: 1,
    installedSize: 1,
    description: '',
    url: '',
    license: '',
    origin,
    maintainer: '',
    buildTime: Math.floor(NOW.getTime() / 1000) - daysAgo * DAY,
    commit: '',
    providerPriority: 0,
    depends: [],
    provides: [],
    replaces: [],
    installIf: [],
    others: [],
  };
}
