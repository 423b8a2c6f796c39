import { afterEach, describe, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type Handler, type InProcessRegistry, startInProcessRegistry } from './in-process-registry.ts';

const HELLO = Buffer.from('hello');
const HELLO_DIGEST = ociDigest(sha256(HELLO));

let server: InProcessRegistry | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function registryThat(handler: Handler): Promise<Registry> {
  server = await startInProcessRegistry(handler);
  return createRegistry({ host: server.host, plainHttp: true });
}

describe('opening a registry', () => {
  test.each(['127.0.0.1:5000', 'localhost:5000', '[::1]:5000'])('allows plain HTTP to %s', (host) => {
    expect(createRegistry({ host, plainHttp: true }).host).toBe(host);
  });

  test.each(['ghcr.io', '127.0.0.1.example.org', '10.0.0.1:5000', 'localhost.example.org'])(
    'refuses plain HTTP to %s',
    (host) => {
      expect(() => createRegistry({ host, plainHttp: true })).toThrow(
        /plain HTTP is for loopback hosts only/,
      );
    },
  );

  test.each(['host/path', 'user@host', ''])('refuses %j as a host', (host) => {
    expect(() => createRegistry({ host })).toThrow(/is not a registry host/);
  });
});

describe('blobs', () => {
  test('a blob that is there is not sent again', async () => {
    const registry = await registryThat((_request, _body, response) => response.writeHead(200).end());
    expect(await registry.putBlob('lab/a', HELLO)).toBe(HELLO_DIGEST);
    expect(server?.seen).toEqual([`HEAD /v2/lab/a/blobs/${HELLO_DIGEST}`]);
  });

  test('an upload follows a relative location and keeps its query', async () => {
    let received: Buffer = Buffer.alloc(0);
    const registry = await registryThat((request, body, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      if (request.method === 'POST') response.writeHead(202, { location: '/v2/lab/a/up/1?state=x' }).end();
      if (request.method === 'PUT') {
        received = body;
        response.writeHead(201).end();
      }
    });
    await registry.putBlob('lab/a', HELLO);
    expect(received).toEqual(HELLO);
    expect(server?.seen[2]).toBe(`PUT /v2/lab/a/up/1?state=x&digest=${encodeURIComponent(HELLO_DIGEST)}`);
  });

  test('an upload is not sent to another host', async () => {
    const registry = await registryThat((request, _body, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location: 'http://127.0.0.1:9/steal' }).end();
    });
    await expect(registry.putBlob('lab/a', HELLO)).rejects.toThrow(/points to another host/);
  });

  test('changed bytes are refused', async () => {
    const registry = await registryThat((_request, _body, response) => response.end('hellO'));
    await expect(registry.getBlob('lab/a', HELLO_DIGEST)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining(`lab/a@${HELLO_DIGEST}`),
    });
  });

  test('an answer that breaks off is not taken as the blob', async () => {
    const registry = await registryThat((_request, _body, response) => {
      response.writeHead(200, { 'content-length': '5' });
      response.write('hel', () => response.destroy());
    });
    await expect(registry.getBlob('lab/a', HELLO_DIGEST)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });
});

describe('manifests', () => {
  test('by tag: the bytes as they came, with digest and media type', async () => {
    const registry = await registryThat((_request, _body, response) =>
      response.writeHead(200, { 'content-type': 'application/x; charset=utf-8' }).end(HELLO),
    );
    expect(await registry.getManifest('lab/a', 'latest')).toEqual({
      digest: HELLO_DIGEST,
      mediaType: 'application/x',
      bytes: HELLO,
    });
  });

  test('by digest: other bytes are refused', async () => {
    const registry = await registryThat((_request, _body, response) => response.end('other'));
    await expect(registry.getManifest('lab/a', HELLO_DIGEST)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  test('by tag: bytes that differ from the promised digest are refused', async () => {
    const registry = await registryThat((_request, _body, response) =>
      response.writeHead(200, { 'docker-content-digest': HELLO_DIGEST }).end('other'),
    );
    await expect(registry.getManifest('lab/a', 'latest')).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });

  test('a missing one is undefined for find and resolve, an error for get', async () => {
    const registry = await registryThat((_request, _body, response) => response.writeHead(404).end());
    expect(await registry.findManifest('lab/a', 'gone')).toBeUndefined();
    expect(await registry.resolveTag('lab/a', 'gone')).toBeUndefined();
    await expect(registry.getManifest('lab/a', 'gone')).rejects.toThrow(/lab\/a:gone: status 404/);
  });

  test('putting bytes under another digest is refused before anything is sent', async () => {
    const registry = await registryThat((_request, _body, response) => response.writeHead(201).end());
    await expect(
      registry.putManifest('lab/a', HELLO_DIGEST, 'application/x', Buffer.from('other')),
    ).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
    expect(server?.seen).toEqual([]);
  });

  test('an error names host, repository, reference, status and what the registry said', async () => {
    const registry = await registryThat((_request, _body, response) =>
      response.writeHead(500).end('storage is gone'),
    );
    await expect(registry.getManifest('lab/a', 'latest')).rejects.toThrow(
      `registry ${server?.host}: GET lab/a:latest: status 500: storage is gone`,
    );
  });

  test('a registry that is not there is named', async () => {
    const registry = createRegistry({ host: '127.0.0.1:1', plainHttp: true });
    await expect(registry.ping()).rejects.toMatchObject({
      code: 'FND_UNREACHABLE',
      message: expect.stringContaining('registry 127.0.0.1:1: GET /v2/'),
    });
  });

  test.each(['../secret', 'Upper/case', 'a//b', '', 'a/../b'])('refuses the repository %j', async (name) => {
    const registry = createRegistry({ host: 'ghcr.io' });
    await expect(registry.getManifest(name, 'latest')).rejects.toThrow(/is not a repository name/);
  });

  test.each(['.hidden', 'a/b', '', 'sha256:zz', 'a?b'])('refuses the reference %j', async (reference) => {
    const registry = createRegistry({ host: 'ghcr.io' });
    await expect(registry.getManifest('lab/a', reference)).rejects.toMatchObject({
      code: expect.stringMatching(/FND_BAD_(INPUT|DATA)/),
    });
  });
});

describe('tags', () => {
  test('pages are followed to the end', async () => {
    const registry = await registryThat((request, _body, response) => {
      if (request.url?.includes('last=b') === true) {
        response.end(JSON.stringify({ name: 'lab/a', tags: ['c'] }));
        return;
      }
      response
        .writeHead(200, { link: '</v2/lab/a/tags/list?n=2&last=b>; rel="next"' })
        .end(JSON.stringify({ name: 'lab/a', tags: ['a', 'b'] }));
    });
    expect(await registry.listTags('lab/a')).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['no repository', 404, 'no'],
    ['null', 200, '{"tags":null}'],
  ])('%s means no tags', async (_name, status, body) => {
    const registry = await registryThat((_request, _body, response) => response.writeHead(status).end(body));
    expect(await registry.listTags('lab/a')).toEqual([]);
  });

  test('an answer that is not a list is refused', async () => {
    const registry = await registryThat((_request, _body, response) => response.end('<html>'));
    await expect(registry.listTags('lab/a')).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
