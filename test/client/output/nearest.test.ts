import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../client/output/nearest.ts';

const word = string({ maxLength: 12 });

describe('the nearest word', () => {
  it('is the one with the fewest changes, if those are few', () => {
    expect(nearest('crnae', ['crane', 'apko'])).toBe('crane');
    expect(nearest('trivy-bd', ['trivy', 'trivy-db'])).toBe('trivy-db');
    expect(nearest('podman', ['crane', 'apko'])).toBeUndefined();
  });

  it('counts changes as a distance does', () => {
    assert(
      property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
