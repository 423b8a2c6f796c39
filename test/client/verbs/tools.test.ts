import { describe, expect, it } from 'vitest';
import { parseNames } from '../../../client/verbs/tools.ts';

describe('foundry tools --only', () => {
  it('takes names separated by commas', () => {
    expect(parseNames('melange, apko')).toEqual(['melange', 'apko']);
  });

  it.each([
    ['melagne', 'did you mean melange?'],
    ['rekor', 'there is no tool called "rekor"'],
    ['', 'there is no tool called ""'],
    ['apko,', 'there is no tool called ""'],
    ['../../etc', 'there is no tool called'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseNames(text)).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        message: expect.stringContaining(reason),
        hint: expect.stringContaining('timestamp-server'),
      }),
    );
  });
});
