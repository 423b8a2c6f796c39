import { type Html, markup } from './markup.ts';

const SIGNS: Readonly<Record<string, string>> = {
  pass: '✓',
  released: '✓',
  completed: '✓',
  verified: '✓',
  done: '✓',
  zero: '✓',
  fail: '✗',
  failed: '✗',
  refused: '✗',
  aborted: '✗',
  exposed: '✗',
  stale: '◷',
  running: '›',
  'under way': '›',
  pending: '·',
  queued: '·',
};

const TONES: Readonly<Record<string, string>> = {
  '✓': 'good',
  '✗': 'bad',
  '›': 'live',
  '·': 'quiet',
};

/** A state as a word behind its sign: colour is never all there is to it. What has no sign of its own is shown as open. */
export function stateWord(state: string): Html {
  return markup`<span class="state ${toneOf(state)}"
    ><span aria-hidden="true">${signOf(state)}</span> ${state}</span
  >`;
}

/** The sign of a state. */
export function signOf(state: string): string {
  return SIGNS[state] ?? '!';
}

/** The class that colours a state. */
export function toneOf(state: string): string {
  return TONES[signOf(state)] ?? 'open';
}

/** A moment, to the second, in UTC. */
export function moment(iso: string): Html {
  const text = iso.replace(/\.\d+Z$/, 'Z');
  return markup`<time datetime="${text}">${text.replace('T', ' ').replace(/Z$/, ' UTC')}</time>`;
}

/** Bytes for people. */
export function bytes(count: number | null): string {
  if (count === null) return 'not known';
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB'];
  const power = Math.min(units.length, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** power).toFixed(1)} ${units[power - 1] ?? 'B'}`;
}

/** A digest or another long word, whole, that may break anywhere. */
export function code(text: string): Html {
  return markup`<code>${text}</code>`;
}

/** A line to type. It is long: it scrolls by itself, also with the keyboard. */
export function commandLine(command: string, label: string): Html {
  return markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${command}</code></pre>`;
}

/** A wide table, which scrolls by itself where the page is narrow. */
export function tableIn(label: string, rows: Html): Html {
  return markup`<div class="wide" tabindex="0" role="region" aria-label="${label}"><table>${rows}</table></div>`;
}

/** The sentence that stands where something is missing: never an empty space that could be read as good. */
export function missing(text: string): Html {
  return markup`<p class="missing"><span aria-hidden="true">!</span> ${text}</p>`;
}
