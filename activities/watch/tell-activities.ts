import { keepIssues } from '../../adapters/github/kept-issues.ts';
import type { Github } from '../../adapters/github/open-github.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { WatchRecord } from '../../domain/watch/record.ts';
import { exposureIssues } from './exposure-issues.ts';

/** What telling needs from whoever does it. */
export interface TellDependencies {
  readonly store: ArtifactStore;
  readonly github: Github;
}

/** Telling the forge what is exposed. May be repeated at any time. */
export interface TellActivities {
  /**
   * Lets the forge have one issue for each vulnerability that published images are exposed to, and closes those that are over. Throws
   * FND_ARTIFACT_MISSING, FND_PERMISSION, FND_BAD_DATA, FND_UNREACHABLE.
   */
  readonly tellOfExposures: (order: { readonly record: Artifact }) => Promise<{ readonly said: string }>;
}

/** The label of what the watch says. */
const LABEL = 'security';

/** The activity with what it works on. */
export function createTellActivities({ store, github }: TellDependencies): TellActivities {
  return {
    tellOfExposures: async ({ record }) => {
      const issues = exposureIssues(WatchRecord.parse(JSON.parse(await readText(store, record))));
      const changes = await keepIssues(github, LABEL, issues);
      const said = Object.entries(changes).flatMap(([what, markers]: [string, readonly string[]]) =>
        markers.length === 0 ? [] : [`${what} ${markers.join(', ').replaceAll('watch:', '')}`],
      );
      return { said: said.length === 0 ? 'nothing new' : `issues: ${said.join('; ')}` };
    },
  };
}
