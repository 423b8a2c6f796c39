import type { Registry } from '../../../adapters/registry/registry.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { splitImageName } from '../image-files.ts';
import type { Upstream } from './upstream.ts';

/** The tag of an image or an artifact in a registry: its digest tells, in one request that carries no content. */
export function imageUpstream(
  name: string,
  address: string,
  openRegistry: (host: string) => Registry,
): Upstream {
  return {
    name,
    kind: 'image',
    address,
    async poll(mark) {
      const { host, repository, tag } = splitImageName(address);
      const digest = await openRegistry(host).resolveTag(repository, tag);
      if (digest === undefined) throw new FoundryError('FND_UNRESOLVED', `there is no ${address}`);
      return digest === mark ? { isChanged: false } : { isChanged: true, mark: digest };
    },
  };
}
