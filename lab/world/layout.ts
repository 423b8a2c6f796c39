import { join } from 'node:path';
import type { Directories } from '../../adapters/directories/directories.ts';

/** The owner and name of the repository that the lab's forge holds. */
export const FORGE_REPOSITORY = { owner: 'foundry-lab', name: 'wolfi-openssl-fips' } as const;

/** Where the lab keeps what, under the state and the cache folder. Only these functions know the names. */
export interface LabLayout {
  /** Everything of one lab: deleting this folder is forgetting the lab. */
  readonly root: string;
  readonly keys: string;
  readonly days: string;
  readonly clock: string;
  /** What has been made once and serves every day: packages, sources. */
  readonly stock: string;
  readonly forge: string;
  /** Shared by all labs of this user; may be deleted at any time. */
  readonly cache: string;
}

export function labLayout(directories: Directories): LabLayout {
  const root = join(directories.state, 'lab');
  return {
    root,
    keys: join(root, 'keys'),
    days: join(root, 'days'),
    clock: join(root, 'clock.json'),
    stock: join(root, 'stock'),
    forge: join(root, 'forge'),
    cache: join(directories.cache, 'lab'),
  };
}

/** The folder of one day. */
export function dayFolder(layout: LabLayout, day: number): string {
  return join(layout.days, String(day));
}

/** The description of a day, see `Day`. */
export function dayFile(layout: LabLayout, day: number): string {
  return join(dayFolder(layout, day), 'day.json');
}
