import type { Waiting } from '../../../domain/ingest/plan.ts';
import { isOver } from '../../../domain/pins/policy.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';

/** Modules of the allow-list whose certificates last longer than that of the provider: which module is built, a person decides. */
export function otherCertificates({ provider, certificate }: Versions, now: Date): Waiting[] {
  const ours = certificate[provider.certificate];
  return Object.entries(certificate)
    .filter(([, { sunset }]) => ours !== undefined && sunset > ours.sunset && !isOver(sunset, now))
    .map(([number, { version, sunset }]) => ({
      bump: {
        kind: 'provider',
        name: 'provider',
        from: provider.version,
        to: version,
        reason: 'newer',
        fixes: [],
        since: null,
        purposes: [...VARIANTS],
        notes: null,
      },
      why: 'person',
      until: null,
      detail: `certificate ${number} is on the allow-list until ${sunset}: name it in provider.certificate to build its module`,
    }));
}
