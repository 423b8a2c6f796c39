import { isCancellation } from '@temporalio/workflow';
import type { Artifact } from '../domain/artifact.ts';
import type { IngestInput } from '../domain/ingest/contract.ts';
import type { IngestStatus } from '../domain/ingest/status.ts';
import { isFinal, isPassing } from '../domain/release/problem.ts';
import {
  planIngest,
  pollUpstreams,
  publishPins,
  raiseAlarms,
  rememberUpstreams,
  tellForgeOfPins,
} from './ingest/activities.ts';
import { IngestRun } from './ingest/ingest-run.ts';
import { failureOf, problemOf, TIMEOUT_PROBLEM } from './release/problem-of.ts';

/** How often a run begins anew because the branch moved under it. */
const MOST_ATTEMPTS = 3;

/**
 * One look for news: from the question to every upstream to pins on the branch, or a pull request, or nothing at all and why. What could not be
 * trusted and who gave no answer are outcomes: the run completes, and neither pins nor cursors have changed. Anything else that goes
 * wrong fails it.
 */
export async function ingest({ isForced }: IngestInput): Promise<IngestStatus> {
  const run = new IngestRun();
  try {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const outcome = await lookForNews(run, isForced);
      if (outcome !== 'overtaken') return run.end(outcome);
    }
    throw failureOf({
      code: 'FND_BUSY',
      message: `other pins were committed meanwhile, ${MOST_ATTEMPTS} times in a row`,
      hint: 'The next run goes on from those.',
      check: null,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const problem = problemOf(error);
    if (isFinal(problem.code)) return run.end('refused', problem);
    if (isPassing(problem.code) || problem.code === TIMEOUT_PROBLEM) return run.end('unreachable', problem);
    run.broke(problem);
    throw failureOf(problem);
  }
}

type Look = 'nothing-new' | 'unchanged' | 'committed' | 'proposed' | 'overtaken';

async function lookForNews(run: IngestRun, isForced: boolean): Promise<Look> {
  const { commit, news, cursors } = await pollUpstreams.executeWithOptions({ summary: 'ask the upstreams' }, [
    { isForced },
  ]);
  run.polled(commit, news);
  if (news.length === 0 && !isForced) return 'nothing-new';

  const { plan, proposal } = await planIngest.executeWithOptions({ summary: summaryOf(news) }, [{ commit }]);
  run.planned(plan);
  const outcome = proposal === null ? 'unchanged' : await publish(run, proposal);
  if (outcome === 'overtaken') return outcome;

  const { alarms } = plan;
  if (alarms.length > 0) await raiseAlarms({ alarms });
  await rememberUpstreams({ cursors });
  return outcome;
}

async function publish(
  run: IngestRun,
  proposal: Artifact,
): Promise<Extract<Look, 'committed' | 'proposed' | 'overtaken'>> {
  const published = await publishPins({ proposal });
  const { commit, pullRequest } = published;
  if (commit === null) return 'overtaken';
  run.published(published);
  // A release and the next look go by the branch, so the forge is told of what is on it and of nothing else.
  if (pullRequest !== null) return 'proposed';
  await tellForgeOfPins({ proposal, commit });
  return 'committed';
}

/** The server takes summaries of a few hundred bytes. */
function summaryOf(news: readonly string[]): string {
  return news.length === 0 ? 'all that is pinned' : news.join(', ').slice(0, 200);
}
