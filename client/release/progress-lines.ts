import type { ReleaseStatus, StageStatus } from '../../domain/release/status.ts';
import { duration } from '../output/duration.ts';
import { waitedFor } from './decisions.ts';
import { BY } from './ending.ts';
import type { UnderWay } from './under-way.ts';

/** What happened between two looks at a release, a line each. Without a look before, all that happened so far. */
export function progressLines(before: ReleaseStatus | null, after: ReleaseStatus): string[] {
  const lines = after.stages.flatMap((stage) => stageLines(stageOf(before, stage), stage));
  if (after.waiting !== null && before?.waiting?.until !== after.waiting.until) {
    const { stage, problem, until } = after.waiting;
    lines.push(`${stage} waits for ${waitedFor(problem)} until ${until}: ${firstLine(problem.message)}`);
  }
  if (after.aborted !== null && before?.state !== after.state) {
    const { stage, by, problem } = after.aborted;
    lines.push(`${after.state} in ${stage} by ${BY[by]}: ${firstLine(problem.message)}`);
  }
  return lines;
}

/** What a worker does at this moment, as one line. */
export function underWayLine(
  { name, startedAt, said, attempt, queue, lastFailure }: UnderWay,
  now: Date,
): string {
  const again = attempt > 1 ? `, attempt ${attempt} after: ${firstLine(lastFailure ?? 'a lost worker')}` : '';
  if (startedAt === null) return `${name}: waits for a worker on ${queue}${again}`;
  const since = duration((now.getTime() - startedAt.getTime()) / 1000);
  return `${name}: ${said === null ? 'under way' : firstLine(said)} (${since}${again})`;
}

function stageLines(before: StageStatus | undefined, stage: StageStatus): string[] {
  const isAgain = before !== undefined && before.attempts !== stage.attempts;
  const lines: string[] = [];
  if (stage.state !== 'pending' && (before === undefined || before.state === 'pending')) {
    lines.push(`${stage.stage} begins`);
  } else if (isAgain) lines.push(`${stage.stage} begins again (attempt ${stage.attempts})`);
  lines.push(...partLines(isAgain ? [] : (before?.parts ?? []), stage));
  if (hasEnded(stage) && before?.state !== stage.state) {
    lines.push(`${stage.stage} ${stage.state}${after(stage.seconds)}`);
  }
  return lines;
}

function partLines(before: StageStatus['parts'], { stage, parts }: StageStatus): string[] {
  return parts.flatMap((part) => {
    const was = before.find(({ name }) => name === part.name);
    if (part.state === 'running') return was === undefined ? [`${stage}: ${part.name} begins`] : [];
    if (was !== undefined && was.state !== 'running') return [];
    const said = part.detail === null ? '' : `: ${firstLine(part.detail)}`;
    return [`${stage}: ${part.name} ${part.state}${after(part.seconds)}${said}`];
  });
}

function stageOf(status: ReleaseStatus | null, { stage }: StageStatus): StageStatus | undefined {
  return status?.stages.find((one) => one.stage === stage);
}

function hasEnded({ state }: StageStatus): boolean {
  return state === 'pass' || state === 'fail' || state === 'not-run';
}

function after(seconds: number | null): string {
  return seconds === null ? '' : ` after ${duration(seconds)}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
