import type { Change } from '../../domain/release/changes.ts';
import { columns } from '../output/columns.ts';
import type { ImageDifference, ReleaseDifference } from './compare-releases.ts';

const MOST_PINS = 40;

/** What changed, for people. */
export function renderDifference({
  before,
  after,
  pins,
  images,
  onlyBefore,
  onlyAfter,
}: ReleaseDifference): string {
  return [
    ...columns([
      ['from', before.version, before.commit, before.signedAt],
      ['to', after.version, after.commit, after.signedAt],
    ]),
    '',
    pins.length === 0 ? 'pins: nothing changed' : 'pins:',
    ...columns(pins.slice(0, MOST_PINS).map(changeRow)),
    ...(pins.length > MOST_PINS ? [`  and ${pins.length - MOST_PINS} more: --output json`] : []),
    ...images.flatMap(imageLines),
    ...onlyBefore.map((name) => `\n${name}: not there any more`),
    ...onlyAfter.map((name) => `\n${name}: new`),
  ].join('\n');
}

function imageLines({ variant, platform, digest, size, files, packages, fixed }: ImageDifference): string[] {
  const head = `${variant} (${platform})`;
  if (digest.before === digest.after) return ['', `${head}: the same image, ${digest.after}`];
  return [
    '',
    `${head}:`,
    ...columns([
      ['  digest', short(digest.before), short(digest.after)],
      ['  size', megabytes(size.before), megabytes(size.after), signed(size.after - size.before, ' bytes')],
      ['  files', String(files.before), String(files.after), signed(files.after - files.before, '')],
    ]),
    packages.length === 0 ? '  packages: the same' : '  packages:',
    ...columns(packages.map(changeRow)),
    `  fixed: ${fixed === null ? 'not known: the watch has not looked at both' : fixed.join(', ') || 'no known CVE'}`,
  ];
}

function changeRow({ name, before, after }: Change): string[] {
  const how = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return [`    ${how}`, name, short(before ?? '-'), short(after ?? '-')];
}

function short(text: string): string {
  return /^(?:sha256:)?[0-9a-f]{40,64}$/.test(text) ? text.replace('sha256:', '').slice(0, 16) : text;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function signed(number: number, unit: string): string {
  return `${number > 0 ? '+' : ''}${number}${unit}`;
}
