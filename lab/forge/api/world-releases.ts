import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../../adapters/files/if-there.ts';
import type { FileDigests } from '../../server/file-digests.ts';
import { contentType } from '../../server/content-type.ts';
import type { WorldClock } from '../../server/world-clock.ts';
import { UPSTREAM_REPOSITORY } from '../upstream-repository.ts';

export interface WorldAsset {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly contentType: string;
  readonly modified: Date;
}

export interface WorldRelease {
  readonly tag: string;
  readonly assets: readonly WorldAsset[];
  readonly published: Date;
}

/** The releases of today's world. */
export interface WorldReleases {
  /** Newest version first; none when there is no world. */
  list(): Promise<WorldRelease[]>;
}

/** Reads releases from the folders `openssl-<version>` of the day's tree: what can be downloaded is what is listed. */
export function openWorldReleases(clock: WorldClock, digests: FileDigests): WorldReleases {
  async function list(): Promise<WorldRelease[]> {
    const day = await clock.today();
    if (day === undefined) return [];
    const { owner, name } = UPSTREAM_REPOSITORY;
    const folder = join(day.publicDir, owner, name, 'releases', 'download');
    const releases: WorldRelease[] = [];
    for (const tag of await namesIn(folder)) {
      const assets = await assetsIn(join(folder, tag), digests);
      releases.push({ tag, assets, published: publishedOf(assets) });
    }
    return releases.sort((a, b) => b.tag.localeCompare(a.tag, 'en', { numeric: true }));
  }

  return { list };
}

/** A release is out when it is signed. */
function publishedOf(assets: readonly WorldAsset[]): Date {
  const signatures = assets.filter(({ name }) => name.endsWith('.asc'));
  const counting = signatures.length > 0 ? signatures : assets;
  return new Date(Math.max(0, ...counting.map(({ modified }) => modified.getTime())));
}

async function assetsIn(folder: string, digests: FileDigests): Promise<WorldAsset[]> {
  const assets: WorldAsset[] = [];
  for (const name of await namesIn(folder)) {
    const version = await digests.ofPath(join(folder, name));
    assets.push({ name, ...version, contentType: contentType(name) });
  }
  return assets;
}

async function namesIn(folder: string): Promise<string[]> {
  return ((await ifThere(readdir(folder))) ?? []).sort();
}
