import { createTellActivities, type TellActivities } from '../activities/watch/tell-activities.ts';
import { createWatchActivities, type WatchActivities } from '../activities/watch/watch-activities.ts';
import { downloadOf } from '../adapters/profile/download-of.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { githubOf } from '../adapters/profile/github-of.ts';
import { readOwnTrustedRoot } from '../adapters/profile/profile.ts';
import { registriesOf } from '../adapters/profile/registries-of.ts';
import { toolDigest } from '../adapters/toolchain/tool-digest.ts';
import { sourceUri } from '../domain/evidence/provenance.ts';
import { perCall } from './activity-call.ts';
import type { Resources } from './resources.ts';

/** Looking at what is published. */
export function watchActivities(resources: Resources): ReturnType<typeof perCall> {
  const { store, results, tools, profile, databases, watchRecord } = resources;
  return perCall<WatchActivities>(['rescanPublished', 'recallExposures'], async ({ report, signal }) => {
    const known = await profile();
    const { identity, issuer, builder } = known.signing;
    return createWatchActivities({
      store,
      results,
      record: watchRecord,
      tools,
      toolDigest: (name) => toolDigest(tools, name),
      openRegistry: registriesOf(known, signal),
      download: downloadOf(known),
      forge: await forgeOf(known, signal),
      profile: known,
      believed: {
        trust: { trustedRoot: await readOwnTrustedRoot(known), identity: { san: identity, issuer } },
        builder,
        source: sourceUri(known.forge.repository),
      },
      cache: databases,
      report,
      signal,
      now: () => new Date(),
    });
  });
}

/** Telling the forge of it. */
export function tellActivities({ store, profile }: Resources): ReturnType<typeof perCall> {
  return perCall<TellActivities>(['tellOfExposures'], async ({ signal }) =>
    createTellActivities({ store, github: await githubOf(await profile(), signal) }),
  );
}
