import {
  condition,
  continueAsNew,
  defineSignal,
  log,
  setHandler,
  setWorkflowOptions,
  upsertMemo,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  EMPTY_LINE,
  LINE_MEMO,
  MERGED_SIGNAL,
  MergedCommit,
  type MergeLine,
} from '../domain/merge/contract.ts';
import { joinLine, supersederOf } from '../domain/merge/join-line.ts';
import { releaseWorkflowId } from '../domain/pins/identity.ts';
import { RELEASE_WORKFLOW } from '../domain/release/contract.ts';
import { releaseStart } from '../domain/release/start.ts';
import { abortRelease, awaitRelease, findOtherRelease } from './merges/activities.ts';
import { startOrJoin } from './start-or-join.ts';

const mergedSignal = defineSignal<[MergedCommit]>(MERGED_SIGNAL);

/**
 * The line of merged commits: one release at a time, the oldest first. It ends when nobody stands in it, and the next signal begins it anew.
 * Between its last look at the line and its end it waits for nothing, so the server does not let it end over a signal that it has not seen.
 */
export async function merges(carried: MergeLine = EMPTY_LINE): Promise<void> {
  let line = carried;
  const change = (next: MergeLine): void => {
    if (next === line) return;
    line = next;
    upsertMemo({ [LINE_MEMO]: line });
  };
  setHandler(mergedSignal, (said) => {
    const merged = MergedCommit.safeParse(said);
    if (merged.success) change(joinLine(line, merged.data));
    else log.warn('a signal names no commit', { said });
  });
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof merges>(line);
    const {
      running,
      waiting: [next],
    } = line;
    if (running !== null) {
      await waitForItsEnd(running, () => line);
      change({ ...line, running: null });
    } else if (next === undefined) {
      return;
    } else if ((await isWayClear(next)) && line.waiting[0] === next) {
      change({ running: next, waiting: line.waiting.slice(1) });
      await begin(next);
    }
  }
}

/** Whether no release runs but perhaps its own. Waits a while for one that does, such as one that a person began. */
async function isWayClear(next: MergedCommit): Promise<boolean> {
  const { id } = await findOtherRelease({ than: releaseWorkflowId(next) });
  if (id === null) return true;
  await awaitRelease.executeWithOptions({ summary: `the end of ${id}` }, [{ id }]);
  return false;
}

/** A release that has run is not run again, whatever became of it: the same signal twice is one, and what was aborted a person begins anew. */
async function begin(merged: MergedCommit): Promise<void> {
  await startOrJoin({
    type: RELEASE_WORKFLOW,
    ...releaseStart(merged, { isRebuild: false, by: merged.by, asking: uuid4() }),
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  });
}

/** Waits for the end of a release; one that a newer commit supersedes is aborted, and then waited for. */
async function waitForItsEnd(running: MergedCommit, lineNow: () => MergeLine): Promise<void> {
  const id = releaseWorkflowId(running);
  let isOver = false;
  const end = (async () => {
    while (!isOver) {
      const { hasEnded } = await awaitRelease.executeWithOptions({ summary: `the end of ${id}` }, [{ id }]);
      isOver = hasEnded;
    }
  })();
  await Promise.race([end, condition(() => isOver || supersederOf(lineNow()) !== undefined)]);
  const superseder = supersederOf(lineNow());
  if (!isOver && superseder !== undefined) {
    const decision = { by: superseder.by, reason: `superseded by commit ${superseder.commit}` };
    await abortRelease.executeWithOptions({ summary: `abort ${id}` }, [{ id, decision }]);
  }
  await end;
}

// A release that is begun here is to run on the current build, like one that a client begins; a child of a pinned workflow would be pinned
// to the build of its parent.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, merges);
