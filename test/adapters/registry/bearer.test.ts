import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { forWriting, readChallenge, readToken } from '../../../adapters/registry/bearer.ts';
import { ANONYMOUS } from '../../../adapters/registry/credentials.ts';
import { openRegistry } from '../../../adapters/registry/registry.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A registry that gives tags only to who has the token, and the token to everybody. */
async function registryWithTokens(
  answer: (host: string, token: string) => { realm: string; body: string },
): Promise<{ readonly host: string; readonly asked: Asked[]; readonly expire: () => void }> {
  const asked: Asked[] = [];
  let number = 1;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { authorization } = request.headers;
    const path = request.url ?? '';
    asked.push({ path, authorization });
    const { realm, body } = answer(host, `token-${number}`);
    if (path.startsWith('/token')) return response.end(body);
    if (authorization === `Bearer token-${number}`) return response.end('{"name":"a/b","tags":["1"]}');
    response.writeHead(401, {
      'www-authenticate': `Bearer realm="${realm}",service="reg",scope="repository:a/b:pull"`,
    });
    return response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(() => server.close());
  return { host, asked, expire: () => (number += 1) };
}

const good = (host: string, token: string) => ({
  realm: `http://${host}/token`,
  body: JSON.stringify({ token }),
});

describe('a registry that wants a token', () => {
  it('is asked for one, without credentials, and the token serves until it expires', async () => {
    const { host, asked, expire } = await registryWithTokens(good);
    const registry = openRegistry(host, ANONYMOUS);

    expect(await registry.listTags('a/b')).toEqual(['1']);
    expect(await registry.listTags('a/b')).toEqual(['1']);
    expire();
    expect(await registry.listTags('a/b')).toEqual(['1']);

    expect(asked.map(({ path, authorization }) => `${path.split('?')[0]} ${authorization ?? '-'}`)).toEqual([
      '/v2/a/b/tags/list -',
      '/token -',
      '/v2/a/b/tags/list Bearer token-1',
      '/v2/a/b/tags/list Bearer token-1',
      '/v2/a/b/tags/list Bearer token-1',
      '/token -',
      '/v2/a/b/tags/list Bearer token-2',
    ]);
    expect(asked[1]?.path).toBe('/token?service=reg&scope=repository%3Aa%2Fb%3Apull');
  });

  it('is asked no third time when the token does not open it', async () => {
    const { host, asked } = await registryWithTokens((at) => ({
      realm: `http://${at}/token`,
      body: '{"token":"another"}',
    }));

    await expect(openRegistry(host, ANONYMOUS).listTags('a/b')).rejects.toMatchObject({
      code: 'FND_PERMISSION',
      message: expect.stringContaining('status 401, without credentials'),
      hint: expect.stringContaining('images.credentials_file'),
    });
    expect(asked.length).toBe(3);
  });

  it.each(['{}', 'not JSON', '{"token":""}', '{"token":"two\\nlines"}', '[]'])(
    'is refused when its token server says %s',
    async (body) => {
      const { host } = await registryWithTokens((at) => ({ realm: `http://${at}/token`, body }));

      await expect(openRegistry(host, ANONYMOUS).listTags('a/b')).rejects.toMatchObject({
        code: 'FND_BAD_DATA',
        message: expect.stringContaining('without a token'),
      });
    },
  );

  it('is refused when it sends us to a server without TLS', async () => {
    const { host } = await registryWithTokens(() => ({ realm: 'http://token.example/', body: '' }));

    await expect(openRegistry(host, ANONYMOUS).listTags('a/b')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('no address with TLS'),
    });
  });
});

describe('a challenge', () => {
  const read = (header: string | null, host = 'registry.example') => readChallenge(header, host);

  it('is one when it asks for a token of a token server', () => {
    expect(read('Bearer realm="https://a.example/t",service="s",scope="x y"')).toEqual({
      realm: new URL('https://a.example/t'),
      parameters: { service: 's', scope: 'x y' },
    });
    expect(read('bearer realm="https://a.example/t"')?.parameters).toEqual({});
  });

  it.each([null, '', 'Basic realm="https://a.example"', 'Bearer'])('is none in %j', (header) => {
    expect(read(header)).toBeUndefined();
  });

  it.each([
    'http://a.example/t',
    'http://127.0.0.1/t',
    'file:///etc/passwd',
    'https://user:pass@a.example/t',
    '/t',
    '',
  ])('of a registry elsewhere is refused with the realm %j', (realm) => {
    expect(() => read(`Bearer realm="${realm}"`)).toThrow('no address with TLS');
  });

  it('is found among others, and what is said twice is said by nobody', () => {
    const both = 'Basic realm="https://basic.example", Bearer realm="https://a.example/t",service=s';
    expect(read(both)).toEqual({ realm: new URL('https://a.example/t'), parameters: { service: 's' } });
    expect(() => read('Bearer realm="https://a.example/t",realm="https://b.example/t"')).toThrow(
      'no address with TLS',
    );
  });

  it('is for writing, too, when we are about to write, whatever the registry says that it is for', () => {
    const scopeFor = (scope: string): string | undefined =>
      forWriting({ realm: new URL('https://a.example/t'), parameters: scope === '' ? {} : { scope } }, 'a/b')
        .parameters['scope'];
    expect(scopeFor('repository:a/b:pull')).toBe('repository:a/b:pull,push');
    expect(scopeFor('')).toBe('repository:a/b:pull,push');
    expect(scopeFor('repository:a/b:delete')).toBe('repository:a/b:delete,pull,push');
    expect(scopeFor('repository:a/b:push repository:c:pull')).toBe(
      'repository:a/b:push,pull repository:c:pull',
    );
    expect(scopeFor('repository:a/bc:pull')).toBe('repository:a/b:pull,push repository:a/bc:pull');
  });

  it('is answered with a token under either name, and an answer is never quoted', () => {
    expect(readToken(Buffer.from('{"access_token":"abc"}'), 'x')).toBe('abc');
    expect(() => readToken(Buffer.from('{"secret":"s3cr3t"}'), 'x')).toThrow(
      /^(?!.*s3cr3t).*without a token$/,
    );
  });
});
