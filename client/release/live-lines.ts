import type { StageStatus } from '../../domain/release/status.ts';
import { duration } from '../output/duration.ts';
import { mark } from './marks.ts';
import { underWayLine } from './progress-lines.ts';
import type { ReleaseEntry } from './release-entry.ts';
import { stageLines } from './render-release.ts';
import { shortCommit } from './select-release.ts';
import type { UnderWay } from './under-way.ts';

/** A release as it is drawn on a terminal: a line for each stage, the parts of those that go on, and what workers do right now. */
export function liveLines(entry: ReleaseEntry, underWay: readonly UnderWay[], now: Date): string[] {
  const { version, state, status } = entry;
  const stages = status === null ? [] : status.stages.flatMap((stage) => stageNow(stage, now));
  const works = underWay.map((work) => `  ${mark('running')} ${underWayLine(work, now)}`);
  return [
    `release ${version} of ${shortCommit(entry)}: ${state}, ${duration(entry.seconds)}`,
    ...stages,
    ...(works.length === 0 ? [] : ['now:', ...works]),
    'Ctrl-C leaves; the release goes on.',
  ];
}

function stageNow(stage: StageStatus, now: Date): string[] {
  const lines = stageLines(timed(stage, now));
  return stage.state === 'pass' ? lines.slice(0, 1) : lines;
}

/** A stage that goes on has taken as long as since its start. */
function timed(stage: StageStatus, now: Date): StageStatus {
  if (stage.seconds !== null || stage.startedAt === null) return stage;
  return { ...stage, seconds: (now.getTime() - Date.parse(stage.startedAt)) / 1000 };
}
