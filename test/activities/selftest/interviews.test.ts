import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { answersIn, Interviews } from '../../../activities/selftest/interviews.ts';

function check(
  id: string,
  asks: readonly [string, ...string[]],
  more: Partial<CheckDefinition> = {},
): CheckDefinition {
  const [first, ...others] = asks.map((ask) => ({ ask, answer: 'ok' }));
  if (first === undefined) throw new Error('there is a question');
  return { id, title: id, requirement: { standard: 's', section: '1' }, probes: [first, ...others], ...more };
}

const FIRST = check('FIPS-DIG-001', ['a', 'b']);
const SECOND = check('FIPS-DIG-002', ['c']);
const ALONE = check('FIPS-DIG-003', ['d'], { isAlone: true });
const TOUCHED = check('FIPS-DIG-004', ['e'], { env: { A: 'b' } });
const OTHER = check('FIPS-MAC-001', ['f']);
const INTERVIEWS = new Interviews([FIRST, SECOND, ALONE, TOUCHED, OTHER]);

describe('an interview', () => {
  test('holds the questions of all checks of a group, in their order', () => {
    const asked = (definition: CheckDefinition): unknown => {
      const { name, questions = [], from, count } = INTERVIEWS.of(definition) ?? {};
      return { name, asks: questions.map(({ ask }) => ask), from, count };
    };
    expect(asked(FIRST)).toEqual({ name: 'FIPS-DIG', asks: ['a', 'b', 'c'], from: 0, count: 2 });
    expect(asked(SECOND)).toEqual({ name: 'FIPS-DIG', asks: ['a', 'b', 'c'], from: 2, count: 1 });
    expect(asked(OTHER)).toEqual({ name: 'FIPS-MAC', asks: ['f'], from: 0, count: 1 });
  });

  test.each([
    ['changes the process that answers', ALONE, 'd'],
    ['has something around it', TOUCHED, 'e'],
  ])('of a check that %s is its own', (_what, definition, ask) => {
    expect(INTERVIEWS.of(definition)).toEqual({
      name: definition.id,
      questions: [{ ask, answer: 'ok' }],
      from: 0,
      count: 1,
    });
  });

  test('is none for a check that asks nothing', () => {
    expect(INTERVIEWS.of({ ...FIRST, probes: [{ run: ['true'], exit: 0 }] })).toBeUndefined();
  });
});

describe('the answers of an interview', () => {
  const answers = (definition: CheckDefinition, stdout: string, exitCode = 0): readonly string[] => {
    const interview = INTERVIEWS.of(definition);
    if (interview === undefined) throw new Error('it asks');
    return answersIn(interview, { stdout, stderr: 'why', exitCode });
  };

  test('are those to the questions of the check', () => {
    expect(answers(FIRST, '1\n2\n3\n')).toEqual(['1', '2']);
    expect(answers(SECOND, '1\n2\n3\n')).toEqual(['3']);
  });

  test('before a sudden end count, but for the last of them, which may be half of one', () => {
    expect(answers(FIRST, '1\n2\n3\n', 139)).toEqual(['1', '2']);
    expect(() => answers(SECOND, '1\n2\n3\n', 139)).toThrow(
      'the probe answered 3 of 3 questions and ended with 139: why',
    );
  });

  test.each([
    ['too few', '1\n2\n', 0],
    ['too many', '1\n2\n3\n4\n', 0],
    ['too many before a sudden end', '1\n2\n3\n4\n', 1],
    ['none', '', 0],
  ])('are none when there are %s', (_what, stdout, exitCode) => {
    expect(() => answers(FIRST, stdout, exitCode)).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_FAILED' }),
    );
  });
});
