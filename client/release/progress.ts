import type { Report } from '../../domain/report.ts';
import type { ReleaseStatus } from '../../domain/release/status.ts';
import type { Io, Terminal } from '../output/io.ts';
import { createLiveArea } from '../output/live-area.ts';
import { liveLines } from './live-lines.ts';
import { progressLines, underWayLine } from './progress-lines.ts';
import type { ReleaseEntry } from './release-entry.ts';
import type { UnderWay } from './under-way.ts';

/** A release and what is under way in it, at one moment. */
export interface Look {
  readonly entry: ReleaseEntry;
  readonly underWay: readonly UnderWay[];
}

/** How a person sees a release go on. */
export interface Progress {
  update(look: Look, now: Date): void;
  /** Something that must be seen although it is no step of the release. */
  say(message: string): void;
  /** Ends it: what follows stands below. */
  close(): void;
}

/** How often plain lines tell what long work is at. */
const HEARTBEAT_MS = 30_000;

/** Drawn anew on a terminal, lines elsewhere, nothing when no progress is wanted. */
export function progressOn({ terminal, isQuiet, report }: Io): Progress {
  if (isQuiet) return { update: () => undefined, say: () => undefined, close: () => undefined };
  return terminal === undefined ? plainProgress(report) : liveProgress(terminal, report);
}

/** A line for every step that begins or ends, and every half minute one for everything that is under way. */
export function plainProgress(report: Report): Progress {
  let before: ReleaseStatus | null = null;
  let lastBeat: number | undefined;
  return {
    update({ entry: { status }, underWay }, now) {
      lastBeat ??= now.getTime();
      if (status !== null) for (const line of progressLines(before, status)) report(line);
      before = status;
      if (now.getTime() - lastBeat < HEARTBEAT_MS) return;
      lastBeat = now.getTime();
      for (const work of underWay) report(underWayLine(work, now));
    },
    say: report,
    close: () => undefined,
  };
}

function liveProgress(terminal: Terminal, report: Report): Progress {
  const area = createLiveArea(terminal);
  return {
    update({ entry, underWay }, now) {
      area.draw(liveLines(entry, underWay, now));
    },
    say(message) {
      area.clear();
      report(message);
    },
    close: () => area.clear(),
  };
}
