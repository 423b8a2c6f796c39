import { duration } from '../../output/duration.ts';
import type { ReleaseReport, StageReport } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { signOf, toneOf } from './words.ts';

const WIDTH = 880;
const [LEFT, RIGHT, TOP, ROW] = [190, 90, 34, 30];
const TRACK = WIDTH - LEFT - RIGHT;

/** The stages as a picture: a row each with its verdict in words, and when it ran as a bar. The table after it says the same. */
export function pictureOf({ stages, seconds }: Pick<ReleaseReport, 'stages' | 'seconds'>): Html {
  const end = Math.max(1, seconds ?? 0, ...stages.map((one) => (one.offset ?? 0) + (one.seconds ?? 0)));
  const height = TOP + stages.length * ROW + 12;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return markup`<div class="picture" tabindex="0" role="region" aria-label="Picture of the stages"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${spoken(stages)}"><defs><pattern id="open" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="open" /><path d="M0 0V8" class="hatch" /></pattern></defs>${ticks.map((at) => tick(at, end, height))}${stages.map((stage, row) => rowOf(stage, row, end))}</svg></div>`;
}

function tick(at: number, end: number, height: number): Html {
  const x = rounded(LEFT + at * TRACK);
  return markup`<path d="M${x} ${TOP - 8}V${height - 8}" class="grid" /><text
      x="${x}"
      y="16"
      class="soft"
      text-anchor="middle"
      >${duration(at * end)}</text
    >`;
}

function rowOf({ stage, state, offset, seconds, attempts }: StageReport, row: number, end: number): Html {
  const y = TOP + row * ROW;
  const tries = attempts > 1 ? `, attempt ${attempts}` : '';
  return markup`<text x="12" y="${y + 14}">${row} ${stage}</text
    ><text x="112" y="${y + 14}"><tspan class="${toneOf(state)}">${signOf(state)}</tspan> ${state}</text
    >${barOf(state, offset, seconds, y, end)}<text x="${WIDTH - RIGHT + 10}" y="${y + 14}" class="soft"
      >${seconds === null ? '-' : duration(seconds)}${tries}</text
    >`;
}

function barOf(state: string, offset: number | null, seconds: number | null, y: number, end: number): Html {
  const track = markup`<rect x="${LEFT}" y="${y + 3}" width="${TRACK}" height="14" rx="2" class="track" />`;
  if (offset === null) return track;
  const x = LEFT + (offset / end) * TRACK;
  const width = Math.max(3, ((seconds ?? 0) / end) * TRACK);
  const tone = toneOf(state);
  const fill = tone === 'open' ? markup`fill="url(#open)"` : markup`class="${tone}"`;
  return markup`${track}<rect
      x="${rounded(Math.min(x, LEFT + TRACK - 3))}"
      y="${y + 3}"
      width="${rounded(Math.min(width, LEFT + TRACK - x))}"
      height="14"
      rx="2"
      ${fill}
    />`;
}

function spoken(stages: readonly StageReport[]): string {
  return stages
    .map(
      ({ stage, state, seconds }) =>
        `${stage}: ${state}${seconds === null ? '' : ` in ${duration(seconds)}`}`,
    )
    .join('; ');
}

function rounded(number: number): string {
  return String(Math.round(Math.max(0, number) * 10) / 10);
}
