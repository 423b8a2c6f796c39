import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../../lab/server/lab-server.ts';
import { makeWorld, type TestWorld } from './make-world.ts';

const INDEX = '/os/x86_64/APKINDEX.tar.gz';
const BYTES = Buffer.from('0123456789');

describe('the lab server', () => {
  let world: TestWorld;
  let server: LabServer;
  const entries: Record<string, unknown>[] = [];

  beforeEach(async () => {
    entries.length = 0;
    world = await makeWorld();
    await world.writeFile(0, INDEX, BYTES);
    await world.writeFile(0, '/os/security.json', '{}');
    server = await startLabServer({
      stateDir: world.stateDir,
      port: 0,
      log: (entry) => entries.push({ ...entry }),
    });
  });
  afterEach(async () => {
    await server.close();
    await world.remove();
  });

  async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return await fetch(server.origin + path, { method, headers });
  }

  it('serves a file with what a cache needs to know', async () => {
    const answer = await ask(INDEX);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(BYTES);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': '10',
      'content-type': 'application/gzip',
      'accept-ranges': 'bytes',
      'x-foundry-lab': 'day 0',
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      'last-modified': expect.stringMatching(/GMT$/),
    });
    expect((await ask('/os/security.json')).headers.get('content-type')).toBe('application/json');
  });

  it('answers 304 to who has the version already, and no body to HEAD', async () => {
    const first = await ask(INDEX, {}, 'HEAD');
    expect(first.headers.get('content-length')).toBe('10');
    expect(await first.text()).toBe('');
    const byTag = await ask(INDEX, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(byTag.status).toBe(304);
    const byDate = await ask(INDEX, { 'if-modified-since': first.headers.get('last-modified') ?? '' });
    expect(byDate.status).toBe(304);
  });

  it('keeps the entity tag over days when the bytes are the same, and changes it when they are not', async () => {
    const etag = (await ask(INDEX)).headers.get('etag');
    await world.writeDay(1);
    await world.writeFile(1, INDEX, BYTES);
    await world.setDay(1);
    const same = await ask(INDEX);
    expect(same.headers.get('x-foundry-lab')).toBe('day 1');
    expect(same.headers.get('etag')).toBe(etag);
    await world.writeFile(1, INDEX, 'other data');
    expect((await ask(INDEX)).headers.get('etag')).not.toBe(etag);
  });

  it('sends one range, and 416 for one beyond the end', async () => {
    const part = await ask(INDEX, { range: 'bytes=2-4' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(await part.text()).toBe('234');
    const beyond = await ask(INDEX, { range: 'bytes=10-' });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */10');
  });

  it.each([
    '/../day.json',
    '/os/../../day.json',
    '/%2e%2e/day.json',
    '/os/..%2f..%2fday.json',
    '/os%00/x',
    '/os/%zz',
    '/os',
    '/os/',
    '//os/security.json',
  ])('gives nothing away for %s', async (path) => {
    expect(await statusOfRawPath(server.origin, path)).toBe(404);
  });

  it('is read-only', async () => {
    const answer = await ask(INDEX, {}, 'PUT');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  it('says on its first page that it is a lab, and escapes the news', async () => {
    await world.writeDay(0, { news: ['<script>alert(1)</script>'] });
    const page = await (await ask('/')).text();
    expect(page).toContain('This is a lab');
    expect(page).toContain('Test day 0');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>');
  });

  it('plays an outage by errors for upstream, and stays healthy itself', async () => {
    await world.writeDay(0, { outage: 'errors' });
    for (const path of [INDEX, '/api/v3/repos/openssl/openssl/releases']) {
      const answer = await ask(path);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await ask('/healthz')).status).toBe(200);
    await world.writeDay(0);
    expect((await ask(INDEX)).status).toBe(200);
  });

  it('plays an outage by answers that stop after half of what they announce', async () => {
    await world.writeDay(0, { outage: 'truncated' });
    const { announced, received, complete } = await readRaw(server.origin, INDEX);
    expect({ announced, received, complete }).toEqual({
      announced: '10',
      received: BYTES.subarray(0, 5).toString(),
      complete: false,
    });
  });

  it('logs a request without its query', async () => {
    await (await ask(`${INDEX}?token=secret`)).arrayBuffer();
    await expect
      .poll(() => entries.find(({ path }) => path === INDEX))
      .toMatchObject({ status: 200, day: 0 });
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('names the port that is taken', async () => {
    const port = Number(new URL(server.origin).port);
    await expect(
      startLabServer({ stateDir: world.stateDir, port, log: () => undefined }),
    ).rejects.toMatchObject({ code: 'FND_PORT_TAKEN', message: expect.stringContaining(String(port)) });
  });

  it('ends by itself on SIGTERM, as a program', async () => {
    const main = join(import.meta.dirname, '../../../lab/server/main.ts');
    const child = spawn(process.execPath, [main, '--state-dir', world.stateDir, '--port', '0']);
    const [line] = (await once(child.stderr, 'data')) as [Buffer];
    const { listening } = JSON.parse(line.toString()) as { listening: string };
    expect((await fetch(`${listening}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('refuses arguments it cannot use with exit code 2', async () => {
    const main = join(import.meta.dirname, '../../../lab/server/main.ts');
    const child = spawn(process.execPath, [main, '--state-dir', 'relative', '--port', '0']);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
  });
});

/** Asks for a path exactly as written; `fetch` would clean it up first. */
async function statusOfRawPath(origin: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(origin);
  const request = httpRequest({ hostname, port, path, agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function readRaw(
  origin: string,
  path: string,
): Promise<{ announced: string | undefined; received: string; complete: boolean }> {
  const { hostname, port } = new URL(origin);
  const request = httpRequest({ hostname, port, path, agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let received = '';
  response.on('data', (chunk: Buffer) => (received += chunk.toString()));
  response.on('error', () => undefined);
  await new Promise((resolve) => response.once('close', resolve));
  return { announced: response.headers['content-length'], received, complete: response.complete };
}
