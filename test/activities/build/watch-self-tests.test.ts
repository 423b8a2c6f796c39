import { expect, test } from 'vitest';
import { watchSelfTests } from '../../../activities/build/watch-self-tests.ts';
import { FoundryError } from '../../../domain/errors.ts';

const ended = new FoundryError('FND_TOOL_FAILED', 'melange build core.melange.yaml ended with exit code 1');

function after(...lines: string[]): unknown {
  const watch = watchSelfTests(undefined);
  for (const line of lines) watch.onLine(line);
  return watch.failure(ended);
}

test('a KAT that failed in the build is what the build failed of', () => {
  const error = after('AES_GCM : (KAT_Cipher) : Pass', 'x: SHA2 : (KAT_Digest) : Fail', 'INSTALL FAILED');
  expect(error).toMatchObject({
    code: 'FND_SELF_TEST_FAILED',
    message: 'the self-test SHA2 : (KAT_Digest) failed while it was built',
    cause: ended,
  });
});

test('so is a module that fipsinstall refused without a word', () => {
  expect(after('INSTALL FAILED')).toMatchObject({ code: 'FND_SELF_TEST_FAILED' });
});

test('a build that failed of something else keeps its error, and every line is passed on', () => {
  const seen: string[] = [];
  const watch = watchSelfTests((line) => seen.push(line));
  watch.onLine('HMAC : (KAT_Integrity) : Pass');
  watch.onLine('make: *** [Makefile:1: all] Error 2');
  expect(watch.failure(ended)).toBe(ended);
  expect(seen).toHaveLength(2);
});
