import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials, Login } from '../../../adapters/registry/credentials.ts';
import { openRegistry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type InProcessRegistry, startInProcessRegistry } from './in-process-registry.ts';

const PASSWORD = 'pa55-word';
const IDENTITY_TOKEN = 'identity-t0ken';
const BASIC = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
const DIGEST = ociDigest(sha256('a blob'));

const closing: InProcessRegistry[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

interface Asked {
  /** Which server, the method, and the path without its query. */
  readonly what: string;
  readonly authorization: string | undefined;
  readonly query: URLSearchParams;
  readonly body: string;
}

type Answer = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void;

const asked: Asked[] = [];
afterEach(() => {
  asked.length = 0;
});

async function serve(name: string, answer: Answer): Promise<string> {
  const server = await startInProcessRegistry((request, body, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const one = {
      what: `${name} ${request.method} ${url.pathname}`,
      authorization: request.headers.authorization,
      query: url.searchParams,
      body: body.toString('utf8'),
    };
    asked.push(one);
    answer(one, response, request);
  });
  closing.push(server);
  return server.host;
}

const refuse = (response: ServerResponse, challenge: string, text = ''): void => {
  response.writeHead(401, { 'www-authenticate': challenge }).end(text);
};
const log = (): string[] => asked.map(({ what, authorization }) => `${what} ${authorization ?? '-'}`);

/** Who we are at this host, and nobody anywhere else. */
const as =
  (host: string, credentials: Credentials): Login =>
  (asking) =>
    Promise.resolve(asking === host ? credentials : undefined);
const me: Credentials = { file: '/etc/registry.json', username: 'me', password: PASSWORD };
const bearer: Credentials = { file: '/etc/registry.json', identityToken: IDENTITY_TOKEN };

async function refusal(work: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  );
  // Whatever is shown of an error, a log, a failure of an activity or a person's terminal: no secret is in it.
  const shown = JSON.stringify([error, (error as Error).message, (error as Error).stack]);
  for (const secret of [PASSWORD, IDENTITY_TOKEN, BASIC.slice('Basic '.length)])
    expect(shown).not.toContain(secret);
  return error as { code: string; message: string; hint: string };
}

describe('a registry that wants a password', () => {
  const withPassword: Answer = ({ authorization }, response) => {
    if (authorization === BASIC) response.end('{"name":"a","tags":["1"]}');
    else refuse(response, 'Basic realm="ours"', `no, ${authorization}`);
  };

  it('gets it when it asks, and with every further request for the same repository', async () => {
    const host = await serve('registry', withPassword);
    const registry = openRegistry(host, as(host, me));

    expect(await registry.listTags('a')).toEqual(['1']);
    expect(await registry.listTags('a')).toEqual(['1']);

    expect(log()).toEqual([
      'registry GET /v2/a/tags/list -',
      `registry GET /v2/a/tags/list ${BASIC}`,
      `registry GET /v2/a/tags/list ${BASIC}`,
    ]);
  });

  it('and does not take it, is asked no third time; the error says what was tried', async () => {
    const host = await serve('registry', (one, response) =>
      refuse(response, 'Basic realm="ours"', `no ${one.authorization}`),
    );

    expect(await refusal(openRegistry(host, as(host, me)).listTags('a'))).toMatchObject({
      code: 'FND_PERMISSION',
      message: `registry ${host}: GET a (tags): status 401, with the credentials of /etc/registry.json: no Basic [hidden]`,
      hint: expect.stringContaining(`docker login ${host}`) as string,
    });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['are for another host', (host: string) => as(`${host}0`, me)],
    ['are an identity token', (host: string) => as(host, bearer)],
  ])('gets nothing when the credentials %s', async (_when, login) => {
    const host = await serve('registry', withPassword);

    expect(await refusal(openRegistry(host, login(host)).listTags('a'))).toMatchObject({
      code: 'FND_PERMISSION',
      message: expect.stringContaining('status 401, without credentials') as string,
    });
    expect(log()).toEqual(['registry GET /v2/a/tags/list -']);
  });

  it('and says 403 to what we may not do, is not asked again', async () => {
    const host = await serve('registry', (_one, response) => response.writeHead(403).end('denied'));

    expect(await refusal(openRegistry(host, as(host, me)).listTags('a'))).toMatchObject({
      code: 'FND_PERMISSION',
      message: expect.stringContaining('status 403') as string,
    });
    expect(asked).toHaveLength(1);
  });
});

describe('credentials follow no redirect', () => {
  it('of a blob to another host, which is asked as nobody', async () => {
    const elsewhere = await serve('storage', (_one, response) => response.end('a blob'));
    const host = await serve('registry', ({ authorization }, response) => {
      if (authorization === BASIC)
        response.writeHead(307, { location: `http://${elsewhere}/signed?for=us` }).end();
      else refuse(response, 'Basic realm="ours"');
    });

    const bytes = await openRegistry(host, as(host, me)).getBlob('a', DIGEST);

    expect(Buffer.from(bytes).toString()).toBe('a blob');
    expect(log().at(-1)).toBe('storage GET /signed -');
  });

  it('to another host that names a token server of its own, before the registry itself asked', async () => {
    const elsewhere: string = await serve('storage', (_one, response) =>
      refuse(response, `Bearer realm="http://${elsewhere}/token"`),
    );
    const host = await serve('registry', (_one, response) =>
      response.writeHead(302, { location: `http://${elsewhere}/blob` }).end(),
    );

    expect(await refusal(openRegistry(host, as(host, me)).getBlob('a', DIGEST))).toMatchObject({
      code: 'FND_PERMISSION',
      message: expect.stringContaining('without credentials') as string,
    });
    expect(log()).toEqual([`registry GET /v2/a/blobs/${DIGEST} -`, 'storage GET /blob -']);
  });

  it.each(['Basic realm="theirs"', 'Bearer realm="http://HOST/token"'])(
    'to another host that asks for them itself with %s',
    async (challenge) => {
      const elsewhere: string = await serve('storage', (_one, response) =>
        refuse(response, challenge.replace('HOST', elsewhere)),
      );
      const host = await serve('registry', ({ authorization }, response) => {
        if (authorization === BASIC) response.writeHead(302, { location: `http://${elsewhere}/` }).end();
        else refuse(response, 'Basic realm="ours"');
      });
      const registry = openRegistry(host, as(host, me));

      expect(await refusal(registry.getBlob('a', DIGEST))).toMatchObject({ code: 'FND_PERMISSION' });
      expect(log().filter((line) => line.startsWith('storage') && !line.endsWith(' -'))).toEqual([]);
      expect(log().filter((line) => line.includes('/token'))).toEqual([]);
    },
  );

  it.each([
    ['a password', me],
    ['an identity token', bearer],
  ])('of the token server, with %s', async (_what, credentials) => {
    const elsewhere = await serve('elsewhere', (_one, response) => response.end('{"token":"abc"}'));
    const host: string = await serve('registry', ({ what }, response) => {
      if (what.endsWith('/token')) response.writeHead(307, { location: `http://${elsewhere}/token` }).end();
      else refuse(response, `Bearer realm="http://${host}/token",service="s"`);
    });

    expect(await refusal(openRegistry(host, as(host, credentials)).listTags('a'))).toMatchObject({
      code: 'FND_UNREACHABLE',
    });
    expect(log().filter((line) => line.startsWith('elsewhere'))).toEqual([]);
  });
});

describe('a registry with a token server', () => {
  /** It lets in who has a token of its server; the server gives one for what it is asked for, to whom it knows. */
  async function start(knows: (one: Asked) => number): Promise<string> {
    const tokens: string = await serve('tokens', (one, response) => {
      const status = knows(one);
      const scope = (one.body === '' ? one.query : new URLSearchParams(one.body)).getAll('scope').join(' ');
      response.writeHead(status).end(status === 200 ? JSON.stringify({ access_token: scope }) : PASSWORD);
    });
    return await serve('registry', ({ what, authorization }, response) => {
      const needs = what.includes(' GET ') || what.includes(' HEAD ') ? 'pull' : 'push';
      const token = authorization?.startsWith('Bearer ') === true ? authorization : '';
      // It names the right to read only, as some do.
      if (!token.includes(needs))
        refuse(response, `Bearer realm="http://${tokens}/token",service="s",scope="repository:a:pull"`);
      else if (needs === 'pull') response.end('{"name":"a","tags":["1"]}');
      else response.writeHead(202).end();
    });
  }

  it('gives one for the name and the password that it gets in a header', async () => {
    const host = await start(({ authorization }) => (authorization === BASIC ? 200 : 401));

    expect(await openRegistry(host, as(host, me)).listTags('a')).toEqual(['1']);
    expect(log()).toEqual([
      'registry GET /v2/a/tags/list -',
      `tokens GET /token ${BASIC}`,
      'registry GET /v2/a/tags/list Bearer repository:a:pull',
    ]);
    expect(asked[1]?.query.get('service')).toBe('s');
  });

  it('gives one for an identity token, which stands in no address', async () => {
    const host = await start(({ body }) => {
      const form = new URLSearchParams(body);
      const isGood =
        form.get('refresh_token') === IDENTITY_TOKEN && form.get('grant_type') === 'refresh_token';
      return isGood && form.get('client_id') !== null ? 200 : 400;
    });

    expect(await openRegistry(host, as(host, bearer)).listTags('a')).toEqual(['1']);
    expect(asked[1]).toMatchObject({ what: 'tokens POST /token', authorization: undefined });
    expect(asked[1]?.query.size).toBe(0);
  });

  it('is asked for the right to write when we write', async () => {
    const host = await start(({ authorization }) => (authorization === BASIC ? 200 : 401));
    const registry = openRegistry(host, as(host, me));

    await registry.listTags('a');
    await registry.deleteTag('a', '1');

    expect(log().slice(3)).toEqual([
      'registry DELETE /v2/a/manifests/1 -',
      `tokens GET /token ${BASIC}`,
      'registry DELETE /v2/a/manifests/1 Bearer repository:a:pull,push',
    ]);
  });

  it.each([
    ['a password', me, 401],
    ['a password', me, 403],
    ['an identity token', bearer, 400],
  ])('that refuses %s with %i ends it', async (_what, credentials, status) => {
    const host = await start(() => status);

    expect(await refusal(openRegistry(host, as(host, credentials)).listTags('a'))).toMatchObject({
      code: 'FND_PERMISSION',
      message: expect.stringMatching(
        new RegExp(
          `token of 127\\.0\\.0\\.1:\\d+: status ${status}, with the credentials of /etc/registry.json`,
        ),
      ) as string,
    });
    expect(asked).toHaveLength(2);
  });

  it('that is out of order may be asked again later', async () => {
    const host = await start(() => 503);

    expect(await refusal(openRegistry(host, as(host, me)).listTags('a'))).toMatchObject({
      code: 'FND_UNREACHABLE',
    });
  });

  it('gets nothing over an address without TLS, even when the registry says so', async () => {
    const host = await serve('registry', (_one, response) =>
      refuse(response, 'Bearer realm="http://tokens.example/token"'),
    );

    expect(await refusal(openRegistry(host, as(host, me)).listTags('a'))).toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('no address with TLS') as string,
    });
  });
});
