import type { TimelineRow } from '../model/index-report.ts';
import { type Html, markup } from './markup.ts';

const WIDTH = 880;
const [LEFT, RIGHT, TOP, ROW] = [160, 20, 34, 24];
const TRACK = WIDTH - LEFT - RIGHT;

/** When each tag led to something, and when that was exposed: a pale bar, and a hatched one on it. The table after it says the same. */
export function timelineOf(lines: readonly TimelineRow[], from: string, until: string): Html {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const xOf = (at: string): number => LEFT + ((Date.parse(at) - start) / Math.max(1, end - start)) * TRACK;
  const height = TOP + lines.length * ROW + 10;
  return markup`<div class="picture" tabindex="0" role="region" aria-label="Timeline of exposure">
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="When each image was published and exposed; the table below says the same">
<defs><pattern id="exposed" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="bad"/><path d="M0 0V8" class="hatch"/></pattern></defs>
<text x="${LEFT}" y="16" class="soft">${short(from)}</text><text x="${WIDTH - RIGHT}" y="16" class="soft" text-anchor="end">${short(until)}</text>
${lines.map(({ version, variant, published, exposed }, row) => {
  const y = TOP + row * ROW;
  return markup`<text x="12" y="${y + 12}">${version} ${variant}</text><rect x="${LEFT}" y="${y + 2}" width="${TRACK}" height="12" class="track"/>${published.map((span) => bar(xOf(span.from), xOf(span.until), y, 'published'))}${exposed.map((span) => bar(xOf(span.from), xOf(span.until), y, 'exposed'))}`;
})}
</svg></div>`;
}

function bar(x: number, end: number, y: number, kind: 'published' | 'exposed'): Html {
  const [left, right] = [x, end].map((one) => Math.min(WIDTH - RIGHT, Math.max(LEFT, one))) as [
    number,
    number,
  ];
  const [at, wide] = [rounded(left), rounded(Math.max(2, right - left))];
  return kind === 'exposed'
    ? markup`<rect x="${at}" y="${y + 2}" width="${wide}" height="12" fill="url(#exposed)"/>`
    : markup`<rect x="${at}" y="${y + 2}" width="${wide}" height="12" class="good" opacity="0.55"/>`;
}

function short(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}

function rounded(number: number): string {
  return String(Math.round(number * 10) / 10);
}
