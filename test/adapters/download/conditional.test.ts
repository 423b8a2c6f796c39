import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { changedMark, type FileMark } from '../../../adapters/download/conditional.ts';
import { type InProcessRegistry, startInProcessRegistry } from '../registry/in-process-registry.ts';

const MODIFIED = 'Sun, 22 Nov 2026 12:00:00 GMT';

let server: InProcessRegistry;
const asked: string[] = [];

beforeAll(async () => {
  server = await startInProcessRegistry((request, _, response) => {
    const { url = '', headers } = request;
    asked.push(`${request.method} ${url} ${headers['if-none-match'] ?? headers['if-modified-since'] ?? '-'}`);
    const isKnown = headers['if-none-match'] === '"1"' || headers['if-modified-since'] === MODIFIED;
    if (url === '/tagged' && isKnown) response.writeHead(304).end();
    else if (url === '/tagged') response.writeHead(200, { etag: '"1"' }).end('content');
    else if (url === '/dated' && isKnown) response.writeHead(304).end();
    else if (url === '/dated') response.writeHead(200, { 'last-modified': MODIFIED }).end('content');
    else if (url === '/deaf') response.writeHead(200, { etag: '"1"' }).end('content');
    else if (url === '/plain') response.end('content');
    else if (url === '/endless') {
      const more = setInterval(() => response.write('x'.repeat(1000)), 1);
      response.on('close', () => clearInterval(more));
    } else if (url === '/away') response.writeHead(302, { location: 'http://localhost:1/' }).end();
    else if (url === '/always-same') response.writeHead(304).end();
    else if (url === '/slow') response.writeHead(200).write('a');
    else response.writeHead(503, { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }).end();
  });
});
afterAll(() => server.close());
beforeEach(() => asked.splice(0));

function ask(path: string, known?: FileMark, timeoutMs = 5000): Promise<FileMark | undefined> {
  return changedMark({
    url: `http://${server.host}${path}`,
    known,
    redirectHosts: [],
    limit: 5000,
    timeoutMs,
  });
}

it.each(['/tagged', '/dated', '/deaf', '/plain'])(
  'what %s has is new once, and the same when it is asked for again, with one request each',
  async (path) => {
    const mark = await ask(path);

    expect(mark).toBeDefined();
    expect(await ask(path, mark)).toBeUndefined();
    expect(asked).toHaveLength(2);
  },
);

it('asks for a change since the version that is known', async () => {
  await ask('/tagged', { etag: '"0"', modified: null, sha256: null });
  await ask('/dated', { etag: null, modified: MODIFIED, sha256: null });

  expect(asked).toEqual(['GET /tagged "0"', `GET /dated ${MODIFIED}`]);
});

it('another version is another mark', async () => {
  const known = { etag: null, modified: null, sha256: '0'.repeat(64) };

  expect(await ask('/plain', known)).toMatchObject({ sha256: expect.stringMatching(/^ed7002b4/) as string });
  expect(await ask('/tagged', { etag: '"0"', modified: null, sha256: null })).toMatchObject({ etag: '"1"' });
});

it.each([
  ['/endless', 'FND_BAD_DATA', 'longer than 5000 bytes'],
  ['/away', 'FND_BAD_DATA', 'another host, localhost:1'],
  ['/always-same', 'FND_UNREACHABLE', 'status 304'],
  ['/slow', 'FND_UNREACHABLE', 'timeout'],
  ['/down', 'FND_UNREACHABLE', 'status 503; it asks for a pause of'],
])('%s ends with %s', async (path, code, message) => {
  await expect(ask(path, undefined, 200)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  });
});

it('reads a pause that is given as a moment', async () => {
  const error = (await ask('/down').catch((thrown: unknown) => thrown)) as { retryAfterMs: number };

  expect(error.retryAfterMs).toBeGreaterThan(80_000);
  expect(error.retryAfterMs).toBeLessThanOrEqual(90_000);
});

it('ends when it is stopped', async () => {
  const order = { url: `http://${server.host}/slow`, known: undefined, redirectHosts: [], limit: 9 };

  await expect(changedMark({ ...order, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    code: 'FND_INTERRUPTED',
  });
});
