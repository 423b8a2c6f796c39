import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { download } from '../../../adapters/download/download.ts';
import { type InProcessRegistry, startInProcessRegistry } from '../registry/in-process-registry.ts';

let server: InProcessRegistry;
let folder: string;
let encoding: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-download-'));
  server = await startInProcessRegistry((request, _, response) => {
    encoding = request.headers['accept-encoding']?.toString();
    if (request.url === '/good') response.end('content');
    else if (request.url === '/moved') response.writeHead(302, { location: '/good' }).end();
    else if (request.url === '/round') response.writeHead(307, { location: '/round' }).end();
    else if (request.url === '/nowhere') response.writeHead(302).end();
    else if (request.url === '/away')
      response.writeHead(302, { location: `http://localhost:${server.host.split(':')[1]}/good` }).end();
    else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '7' }).end();
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    } else if (request.url === '/slow') response.writeHead(200).write('a');
    else response.writeHead(503).end('down');
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function get(
  path: string,
  more: { limit?: number; signal?: AbortSignal; timeoutMs?: number; redirectHosts?: string[] } = {},
): Promise<void> {
  return download({ url: `http://${server.host}${path}`, path: join(folder, 'file'), limit: 50, ...more });
}

it.each(['/good', '/moved'])('writes what %s is, as the server has it', async (path) => {
  await get(path);

  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content');
  expect(encoding).toBe('identity');
});

it.each([
  ['/gone', {}, 'FND_UNREACHABLE', 'status 503'],
  ['/cut', {}, 'FND_UNREACHABLE', '/cut'],
  ['/slow', { timeoutMs: 100 }, 'FND_UNREACHABLE', 'timeout'],
  ['/good', { limit: 3 }, 'FND_BAD_DATA', 'longer than 3 bytes'],
  ['/away', {}, 'FND_BAD_DATA', 'redirects to another host, localhost'],
  ['/round', {}, 'FND_BAD_DATA', 'redirects more than 5 times'],
  ['/nowhere', {}, 'FND_BAD_DATA', 'redirects to nowhere'],
  ['/busy', {}, 'FND_UNREACHABLE', 'status 429; it asks for a pause of 7 s'],
  ['/good', { signal: AbortSignal.abort() }, 'FND_INTERRUPTED', 'stopped'],
])('%s with %j ends with %s', async (path, more, code, message) => {
  await expect(get(path, more)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  });
});

it('names a server that is not there', async () => {
  const order = { url: 'http://127.0.0.1:1/x', path: join(folder, 'x'), limit: 1 };

  await expect(download(order)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
});

it('follows a redirect to another host that is allowed', async () => {
  await get('/away', { redirectHosts: [`localhost:${server.host.split(':')[1]}`] });

  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content');
});

it('keeps how long a server asks to be left alone', async () => {
  await expect(get('/busy')).rejects.toMatchObject({ retryAfterMs: 7000 });
  await expect(get('/gone')).rejects.toMatchObject({ retryAfterMs: undefined });
});
