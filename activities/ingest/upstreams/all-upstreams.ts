import type { Cursor } from '../../../adapters/cursors/cursors.ts';
import { sourceUrl } from '../../../domain/pins/source.ts';
import { architectureOf } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { IngestDependencies } from '../ingest-context.ts';
import { indexUrl } from '../package-index.ts';

/** An upstream by name and address: enough to ask it, and to remember it by. */
export type UpstreamAddress = Pick<Cursor, 'name' | 'kind' | 'address'>;

/**
 * Every upstream of these pins. The archives of both sources are among them though they never change: other bytes under the same version
 * must be noticed.
 */
export function upstreamsOf(
  { repository, platforms, base, core, provider }: Versions,
  { coreReleases, advisories, database }: IngestDependencies['upstream'],
): UpstreamAddress[] {
  const file = (name: string, address: string): UpstreamAddress => ({ name, kind: 'file', address });
  const image = (name: string, address: string): UpstreamAddress => ({ name, kind: 'image', address });
  return [
    ...platforms.map((platform) => {
      const architecture = architectureOf(platform);
      return file(`package-index-${architecture}`, indexUrl(repository.url, architecture));
    }),
    image('base-image', base.image),
    file('core-releases', coreReleases),
    file('core-archive', sourceUrl(core)),
    file('provider-archive', sourceUrl(provider)),
    file('security-feed', repository.feed),
    file('openssl-advisories', advisories),
    image('scanner-database', database),
  ];
}
