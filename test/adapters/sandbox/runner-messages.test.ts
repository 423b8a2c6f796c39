import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAnswers, encodeOrders, type RunnerAnswer } from '../../../adapters/sandbox/runner-messages.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const answer: fc.Arbitrary<RunnerAnswer> = fc.oneof(
  fc.record({ ending: fc.constant('ended'), exitCode: fc.nat(255), stdout: bytes, stderr: bytes }),
  fc.record({ ending: fc.constantFrom('late', 'loud') }),
  fc.record({ ending: fc.constant('unstarted'), errno: fc.nat(133) }),
);

describe('orders for the runner', () => {
  test('hold lengths in bytes, then the arguments and the input as they are', () => {
    const orders = encodeOrders(
      [
        { argv: ['openssl', 'dgst', ''], input: 'é\n', timeoutMs: 30_000 },
        { argv: ['true'], timeoutMs: 5 },
      ],
      1024,
    );
    expect(Buffer.from(orders).toString('utf8')).toBe(
      '30000 1024 3 3 7 4 0\nopenssldgsté\n5 1024 0 1 4\ntrue',
    );
  });
});

describe('answers of the runner', () => {
  test('are read as they were said', () => {
    fc.assert(
      fc.property(fc.array(answer), (answers) => {
        expect(decodeAnswers(written(answers)).map(plain)).toEqual(answers.map(plain));
      }),
    );
  });

  test('that break off are those before, never half of one', () => {
    fc.assert(
      fc.property(fc.array(answer), fc.nat(1000), (answers, length) => {
        const cut = written(answers).subarray(0, length);
        const read = decodeAnswers(cut).map(plain);
        expect(read).toEqual(answers.slice(0, read.length).map(plain));
        expect(written(answers.slice(0, read.length + 1)).length > cut.length).toBe(
          read.length < answers.length,
        );
      }),
    );
  });

  test.each([
    ['another word', 'passed 0 0 0\n'],
    ['a number with a sign', 'ended -1 0 0\n'],
    ['a number too few', 'ended 0 0\n'],
    ['something after the numbers', 'ended 0 0 0 0\n'],
    ['no end of a line', 'x'.repeat(100)],
  ])('with %s are nothing that anybody understands', (_what, said) => {
    expect(() => decodeAnswers(Buffer.from(`late 0 0 0\n${said}`))).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_OUTPUT' }),
    );
  });
});

/** As `images/fips-runner.c` writes them. */
function written(answers: readonly RunnerAnswer[]): Buffer {
  return Buffer.concat(
    answers.flatMap((one) => {
      if (one.ending === 'unstarted') return [Buffer.from(`unstarted ${one.errno} 0 0\n`)];
      if (one.ending !== 'ended') return [Buffer.from(`${one.ending} 0 0 0\n`)];
      const { exitCode, stdout, stderr } = one;
      return [Buffer.from(`ended ${exitCode} ${stdout.length} ${stderr.length}\n`), stdout, stderr];
    }),
  );
}

function plain(one: RunnerAnswer): object {
  return one.ending === 'ended' ? { ...one, stdout: [...one.stdout], stderr: [...one.stderr] } : one;
}
