import type { ScheduleEntry } from '../../adapters/temporal-schedules/schedules.ts';
import { columns } from '../output/columns.ts';

/** Schedules as a table. */
export function renderSchedules(entries: readonly ScheduleEntry[]): string {
  const rows = entries.map(({ id, every, isPaused, nextAt, lastAt, taken, missed, note }) => [
    id,
    isPaused ? 'paused' : 'on',
    every.by === null ? everyText(every.ms) : `${everyText(every.ms)} (set by ${every.by})`,
    isPaused ? '-' : (nextAt ?? '-'),
    lastAt ?? '-',
    missed === 0 ? String(taken) : `${taken} (${missed} missed)`,
    note ?? '',
  ]);
  return columns([['SCHEDULE', 'STATE', 'EVERY', 'NEXT', 'LAST', 'TAKEN', 'NOTE'], ...rows]).join('\n');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** How often something happens, as it is set: `10m`, `6h`, `90m`. */
function everyText(milliseconds: number): string {
  const unit = UNITS.find(([, size]) => milliseconds % size === 0);
  return unit === undefined ? `${milliseconds / 1000}s` : `${milliseconds / unit[1]}${unit[0]}`;
}
