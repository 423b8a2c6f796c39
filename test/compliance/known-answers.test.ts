import { describe, expect, test } from 'vitest';
import { CHECK_GROUPS } from './checks/all-checks.ts';
import { answerByNode } from './node-oracle.ts';

const QUESTIONS = CHECK_GROUPS.flatMap(({ checks }) => checks).flatMap(({ id, probes }) =>
  probes.flatMap((probe) =>
    'ask' in probe && typeof probe.answer === 'string' ? [{ id, ask: probe.ask, answer: probe.answer }] : [],
  ),
);
/** Checks that expect no known answer: the module in its error state, and refusals that are policy and no mathematics. */
const NOT_JUDGED = /^FIPS-CST-|^FIPS-AES-130$/;
const JUDGED = QUESTIONS.filter(({ id }) => !NOT_JUDGED.test(id)).flatMap((question) => {
  const ours = answerByNode(question.ask);
  return ours === undefined ? [] : [{ ...question, ours }];
});

describe('known answers', () => {
  test('are what another implementation gives, for every question that it can answer', () => {
    const wrong = JUDGED.filter(({ answer, ours }) => !agrees(answer, ours));
    expect(wrong.map(({ id, ask, answer, ours }) => ({ id, ask: ask.slice(0, 200), answer, ours }))).toEqual(
      [],
    );
  });

  test.each([
    ['FIPS-DIG', 11],
    ['FIPS-MAC', 31],
    ['FIPS-KDF', 23],
    ['FIPS-AES', 132],
    ['FIPS-SIG', 34],
    ['FIPS-KEY', 20],
  ])('of %s are judged by it, %i at least', (prefix, least) => {
    const judged = JUDGED.filter(({ id }) => id.startsWith(prefix));
    expect(judged.length).toBeGreaterThanOrEqual(least);
  });

  test('that are wrong are found: the other implementation does not say what a check wants to hear', () => {
    expect(answerByNode('digest alg=SHA256 data=616263')).toBe(
      'ok md=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(answerByNode('digest alg=SHA256 data=616264')).not.toContain('ba7816bf');
  });
});

/** A refusal by the other implementation has other words: that both refuse is what counts. */
function agrees(answer: string, ours: string): boolean {
  return ours === 'refused' ? answer.startsWith('refused ') : answer === ours;
}
