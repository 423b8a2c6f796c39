import type { IngestNewsActivities } from '../../activities/ingest/ingest-news.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { sha256 } from '../../domain/digest.ts';
import type { IngestPlan } from '../../domain/ingest/plan.ts';

const COMMIT = 'a'.repeat(40);

/** An artifact that nobody reads. */
export function artifact(text: string): Artifact {
  return { digest: sha256(text), size: text.length, mediaType: 'text/plain' };
}

/** Activities under which a run of ingest commits one bump. */
export const PASSING_INGEST: IngestNewsActivities = {
  pollUpstreams: async () => ({ commit: COMMIT, news: ['packages'], cursors: artifact('cursors') }),
  planIngest: async ({ commit }) => ({ plan: planOf(commit), proposal: artifact('proposal') }),
  publishPins: async () => ({ commit: COMMIT.replaceAll('a', 'b'), pullRequest: null }),
  tellForgeOfPins: async () => ({ said: 'accepted' }),
  raiseAlarms: async () => ({ said: 'raised' }),
  rememberUpstreams: async () => undefined,
};

/** A plan with one bump and one alarm. */
function planOf(commit: string): IngestPlan {
  return {
    schemaVersion: 1,
    commit,
    bumps: [
      {
        kind: 'package',
        name: 'zlib',
        from: '1.3.1-r0',
        to: '1.3.1-r1',
        reason: 'newer',
        fixes: [],
        since: '2026-11-01T00:00:00Z',
        purposes: ['standard'],
        notes: null,
      },
    ],
    waiting: [],
    alarms: [{ id: 'certificate-4985', title: 'the certificate ends soon', detail: 'in 2030' }],
    rebuilds: ['standard'],
    verified: ['the index is signed'],
  };
}
