import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { identityOf, imageOrder } from '../build/plan-orders.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import type { ImageFacts } from './check-definition.ts';

/** What a plan and the packages that were built say that an image must be; all but the digest of its module. */
export function factsOfPlan(
  read: ReadPlan,
  variant: Variant,
  platform: Platform,
  own: readonly StoredPackage[],
): ImageFacts {
  const { coreVersion, providerVersion, certificate, revision, source, epoch, base } = identityOf(
    read,
    variant,
    // Who makes an image is a matter of the profile, and nothing that a check expects.
    { vendor: '', notice: undefined },
  );
  const { packages } = imageOrder(read, { platform, builder: 'a', variant }, own);
  const sunset = read.versions.certificate[certificate]?.sunset;
  return {
    coreVersion,
    providerVersion,
    certificate: `${certificate}`,
    commit: revision,
    source,
    epoch: `${epoch}`,
    created: new Date(epoch * 1000).toISOString().replace('.000Z', 'Z'),
    packages: packages
      .map(({ name, version }) => `${name}=${version}`)
      .toSorted()
      .join('\n'),
    ...(sunset === undefined ? {} : { sunset }),
    ...(base === undefined ? {} : { baseName: base.name, baseDigest: base.digest }),
  };
}
