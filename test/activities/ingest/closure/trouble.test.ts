import { describe, expect, it } from 'vitest';
import type { Need } from '../../../../activities/ingest/closure/choice.ts';
import { parseDependency } from '../../../../activities/ingest/closure/dependency.ts';
import { findTrouble } from '../../../../activities/ingest/closure/trouble.ts';
import { recordOf } from './package-world.ts';

function troubleOf(records: readonly ReturnType<typeof recordOf>[], ...roots: string[]): string | undefined {
  const needs = (texts: readonly string[], by: string): Need[] =>
    texts.map((text) => ({ dependency: parseDependency(text, by), by }));
  return findTrouble(records, needs(roots, 'the roots'), ({ name, depends }) => needs(depends, name))?.reason;
}

describe('findTrouble', () => {
  const lib = recordOf({ name: 'lib', version: '1-r0', provides: ['api=2', 'plain'] });

  it('finds none in a closure', () => {
    const app = recordOf({
      name: 'app',
      version: '1-r0',
      depends: ['lib>=1', 'api=2', 'plain', '!lib>1-r0'],
    });

    expect(troubleOf([app, lib], 'app')).toBeUndefined();
  });

  it('does not hold against a package that it refuses what it provides itself', () => {
    expect(troubleOf([{ ...lib, depends: ['!api', '!lib'] }], 'lib')).toBeUndefined();
  });

  it.each([
    [['lib>1-r0'], [lib], 'the roots needs lib>1-r0, and lib 1-r0 is in the closure'],
    [['plain=1'], [lib], 'the roots needs plain=1, and lib 1-r0 is in the closure'],
    [['app'], [lib], 'the roots needs app, and nothing in the closure is'],
    [
      [],
      [recordOf({ name: 'app', version: '1-r0', depends: ['api>2'] }), lib],
      'app needs api>2, and lib 1-r0 is in the closure',
    ],
    [
      [],
      [recordOf({ name: 'app', version: '1-r0', depends: ['!plain'] }), lib],
      'app refuses plain, and lib 1-r0 is in the closure',
    ],
    [
      [],
      [lib, recordOf({ name: 'other', version: '1-r0', provides: ['api=3'] })],
      'lib 1-r0 and other 1-r0 both answer to api',
    ],
    [[], [lib, recordOf({ name: 'lib', version: '2-r0' })], 'lib 1-r0 and lib 2-r0 both answer to lib'],
  ])('names what %j of these lacks', (roots, records, reason) => {
    expect(troubleOf(records, ...roots)).toBe(reason);
  });
});
