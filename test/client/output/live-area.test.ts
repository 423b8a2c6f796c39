import { expect, it } from 'vitest';
import { columns } from '../../../client/output/columns.ts';
import { duration } from '../../../client/output/duration.ts';
import { createLiveArea } from '../../../client/output/live-area.ts';

function terminal(
  width: number,
  rows: number,
): { written: string[]; area: ReturnType<typeof createLiveArea> } {
  const written: string[] = [];
  const area = createLiveArea({
    write: (text) => written.push(text),
    size: () => ({ columns: width, rows }),
  });
  return { written, area };
}

it('replaces what was drawn, and writes nothing when nothing changed', () => {
  const { written, area } = terminal(80, 24);
  area.draw(['one', 'two']);
  area.draw(['one', 'two']);
  area.draw(['three']);
  area.clear();
  area.clear();

  expect(written).toEqual(['one\ntwo\n', '\u001B[2A\u001B[0Jthree\n', '\u001B[1A\u001B[0J']);
});

it('never writes a line that would wrap or a screen that would scroll: both break the redrawing', () => {
  const { written, area } = terminal(10, 3);
  area.draw(['first', '0123456789', 'last']);

  expect(written).toEqual(['01234567…\nlast\n']);
});

it.each([
  [0, '0.0 s'],
  [12.34, '12.3 s'],
  [59.94, '59.9 s'],
  [59.96, '1m 00s'],
  [125, '2m 05s'],
  [3599.6, '1h 00m'],
  [7500, '2h 05m'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it('columns stand under each other, without blanks at the ends', () => {
  expect(columns([['a', 'bb', ''], ['ccc', 'd', 'e'], []])).toEqual(['a    bb', 'ccc  d   e', '']);
  expect(columns([])).toEqual([]);
});
