import { expect, test } from 'vitest';
import { watchNetwork } from '../../../activities/build/watch-network.ts';
import { FoundryError } from '../../../domain/errors.ts';

const ended = new FoundryError('FND_TOOL_FAILED', 'melange build core.melange.yaml ended with exit code 1');

function after(lines: readonly string[], error: unknown = ended): unknown {
  const watch = watchNetwork(undefined);
  for (const line of lines) watch.onLine(line);
  return watch.failure(error);
}

test.each([
  'bash: connect: Connection refused',
  'bash: line 1: /dev/tcp/192.0.2.1/443: Network is unreachable',
  'curl: (6) Could not resolve host: example.com',
  "wget: bad address 'example.com'",
  'wget: unable to resolve host address ‘example.com’',
  'python: [Errno -3] Temporary failure in name resolution',
  'dial tcp: lookup example.com on 127.0.0.1:53: no such host',
  'Error: getaddrinfo EAI_AGAIN example.com',
])('a build that fails after “%s” reached for a network', (line) => {
  expect(after(['first', `WARN ${line}`, 'last'])).toMatchObject({
    code: 'FND_NOT_HERMETIC',
    message: `the recipe reaches for a network: WARN ${line}`,
    cause: ended,
  });
});

test('a build that failed of something else keeps its error, and every line is passed on', () => {
  const seen: string[] = [];
  const watch = watchNetwork((line) => seen.push(line));
  watch.onLine('make: *** [Makefile:1: network] Error 2');
  expect(watch.failure(ended)).toBe(ended);
  expect(seen).toEqual(['make: *** [Makefile:1: network] Error 2']);
});

test.each(['FND_SELF_TEST_FAILED', 'FND_INTERRUPTED', 'FND_TOOL_MISSING'] as const)(
  '%s is not what a missing network does',
  (code) => {
    const other = new FoundryError(code, 'something else');
    expect(after(['Connection refused'], other)).toBe(other);
  },
);
