import type { Exposed, Watched } from '../../domain/watch/status.ts';
import { columns } from '../output/columns.ts';
import { timeSpan } from '../output/duration.ts';
import type { NewestLook } from './newest-look.ts';

/** How it stands with what is published, for people: in a line, and one for each exposure and problem. `now` is what is counted to. */
export function lookLines({ at, watched, ingest }: NewestLook, now: Date): string[] {
  if (watched === null) return ['watch: the first look is under way'];
  const { images, exposures, stated, problems } = watched;
  const ago = `looked ${timeSpan(now.getTime() - Date.parse(at))} ago at ${images.published} image${images.published === 1 ? '' : 's'}, ${images.current} of the newest version`;
  const asked = ingest === null ? '' : '; ingest was asked for it';
  return [
    `watch: ${inWords(watched)}${asked} (${ago})`,
    ...indented(columns(exposures.map((exposed) => exposureCells(exposed, now)))),
    ...indented(stated.length === 0 ? [] : [`stated to do no harm: ${stated.join(', ')}`]),
    ...indented(problems.map(({ what, code, message }) => `${what}: ${code}: ${message}`)),
  ];
}

/** How long there is for a fix, counted down; what is over counts up. */
export function timeLeft(deadline: string | null, now: Date): string {
  if (deadline === null) return 'no fix yet';
  const milliseconds = Date.parse(deadline) - now.getTime();
  return milliseconds < 0 ? `OVERDUE by ${timeSpan(-milliseconds)}` : `${timeSpan(milliseconds)} left`;
}

function inWords({ exposure, since, exposures }: Watched): string {
  if (exposure === 'unknown') return 'unknown how it stands';
  if (exposure === 'zero') return `zero known CVEs since ${since ?? '?'}`;
  const fix = exposure === 'exposed, fix available' ? 'fix available' : 'no fix available';
  return `exposed to ${exposures.map(({ id }) => id).join(', ')} since ${since ?? '?'}; ${fix}`;
}

function exposureCells(exposed: Exposed, now: Date): string[] {
  const { id, severity, variants, packages, since, fixes, deadline } = exposed;
  return [
    id,
    severity,
    variants.join(', '),
    fixes.length === 0 ? packages.join(', ') : `${packages.join(', ')} -> ${fixes.join(', ')}`,
    `for ${timeSpan(now.getTime() - Date.parse(since))}`,
    timeLeft(deadline, now),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
