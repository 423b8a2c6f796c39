import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../../lab/forge/api/endpoint.ts';
import { metaEndpoints } from '../../../../lab/forge/api/endpoints/meta.ts';
import { releaseEndpoints } from '../../../../lab/forge/api/endpoints/releases.ts';
import { createGithubApi } from '../../../../lab/forge/api/github-api.ts';
import { type Contract, loadContract } from '../../../../lab/forge/api/openapi/contract.ts';
import { SETTINGS, type Settings } from '../../../../lab/forge/api/settings.ts';
import { openStore, type Store } from '../../../../lab/forge/api/store.ts';
import type { WorldRelease } from '../../../../lab/forge/api/world-releases.ts';
import { ensureTokens } from '../../../../lab/forge/tokens.ts';

const COMMENTS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const RELEASES = '/repos/openssl/openssl/releases';
const LAB = '/repos/foundry-lab/wolfi-openssl-fips';

/** An endpoint of ours with a bug: it answers what GitHub never would. */
const defective: Endpoint = {
  operation: COMMENTS,
  access: 'write',
  on: 'lab',
  handle: async () => ({ status: 201, body: { id: 'not a number' } }),
};
const endpoints = [...metaEndpoints, ...releaseEndpoints, defective];

function release(version: string): WorldRelease {
  const modified = new Date('2026-01-01T00:00:00Z');
  const name = `openssl-${version}.tar.gz`;
  const asset = { name, sha256: 'a'.repeat(64), size: 3, contentType: 'application/gzip', modified };
  return { tag: `openssl-${version}`, published: modified, assets: [asset] };
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

describe('the GitHub API of the lab', () => {
  let contract: Contract;
  let folder: string;
  let store: Store;
  let writer: string;
  let reader: string;
  let releases: WorldRelease[];
  const defects: string[] = [];
  let ask: (path: string, init?: Asked) => Promise<Response>;

  beforeAll(async () => {
    contract = await loadContract(endpoints.map(({ operation }) => operation));
  });

  beforeEach(async () => {
    defects.length = 0;
    releases = ['3.5.10', '3.5.5', '3.5.4'].map(release);
    folder = await mkdtemp(join(tmpdir(), 'foundry-api-'));
    store = openStore(join(folder, 'api'));
    const tokensPath = join(folder, 'tokens.json');
    [writer = '', reader = ''] = (await ensureTokens(tokensPath)).map(({ token }) => token);
    const api = createGithubApi({
      contract,
      endpoints,
      store,
      tokensPath,
      repository: join(folder, 'none.git'),
      releases: { list: async () => releases },
      now: () => new Date('2026-01-01T00:00:00Z'),
      onDefect: (message) => defects.push(message),
    });
    ask = async (path, { token, ...init } = {}) =>
      await api.request(`http://127.0.0.1:1/api/v3${path}`, {
        ...init,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers },
      });
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));

  async function settings(change: Partial<Settings>): Promise<void> {
    await store.update(SETTINGS, (current) => ({ ...current, ...change }));
  }

  it('lists releases page by page with links', async () => {
    const first = await ask(`${RELEASES}?per_page=2`);
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject([
      {
        tag_name: 'openssl-3.5.10',
        assets: [
          {
            digest: `sha256:${'a'.repeat(64)}`,
            browser_download_url:
              'http://127.0.0.1:1/openssl/openssl/releases/download/openssl-3.5.10/openssl-3.5.10.tar.gz',
          },
        ],
      },
      { tag_name: 'openssl-3.5.5' },
    ]);
    expect(first.headers.get('link')).toContain('page=2>; rel="next"');
    const second = await ask(`${RELEASES}?per_page=2&page=2`);
    expect(await second.json()).toMatchObject([{ tag_name: 'openssl-3.5.4' }]);
    expect(second.headers.get('link')).toContain('rel="prev"');
    expect(second.headers.get('link')).not.toContain('rel="next"');
  });

  it('finds a release by its tag, and says when there is none', async () => {
    expect((await ask(`${RELEASES}/tags/openssl-3.5.4`)).status).toBe(200);
    expect((await ask(`${RELEASES}/tags/openssl-9.9.9`)).status).toBe(404);
    releases = [];
    expect((await ask(`${RELEASES}/latest`)).status).toBe(404);
  });

  it('answers 304 to who has the newest answer, and takes nothing off the limit for it', async () => {
    const first = await ask(RELEASES, { token: reader });
    const etag = first.headers.get('etag') ?? '';
    const again = await ask(RELEASES, { token: reader, headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-used')).toBe('1');
    releases = [];
    const changed = await ask(RELEASES, { token: reader, headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  it('carries the rate limit on every answer, also on refusals', async () => {
    for (const path of [RELEASES, '/nowhere', '/user']) {
      const { headers } = await ask(path);
      const names = ['limit', 'remaining', 'used', 'reset', 'resource'];
      for (const name of names) expect(headers.get(`x-ratelimit-${name}`)).not.toBeNull();
    }
  });

  it('refuses when the limit is used up, except the question for the limit', async () => {
    await settings({ limit: 1 });
    expect((await ask(RELEASES, { token: reader })).status).toBe(200);
    const refused = await ask(RELEASES, { token: reader });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    const limit = await ask('/rate_limit', { token: reader });
    expect(await limit.json()).toMatchObject({ rate: { limit: 1, used: 1, remaining: 0 } });
    expect((await ask(RELEASES, { token: writer })).status).toBe(200);
  });

  it('plays secondary limits on writes, in order, then is calm again', async () => {
    await settings({
      secondary: [
        { status: 403, retryAfterSeconds: 7 },
        { status: 429, retryAfterSeconds: 1 },
      ],
    });
    const write = { method: 'POST', token: writer, body: '{"body":"x"}' };
    expect((await ask(RELEASES)).status).toBe(200);
    const first = await ask(`${LAB}/issues/1/comments`, write);
    expect([first.status, first.headers.get('retry-after')]).toEqual([403, '7']);
    expect(await first.json()).toMatchObject({ message: expect.stringContaining('secondary rate limit') });
    expect((await ask(`${LAB}/issues/1/comments`, write)).status).toBe(429);
    expect((await ask(`${LAB}/issues/1/comments`, write)).status).toBe(500);
  });

  it('tells who may do what', async () => {
    const write = { method: 'POST', body: '{"body":"x"}' };
    expect((await ask('/user')).status).toBe(401);
    expect((await ask('/user', { token: 'wrong' })).status).toBe(401);
    expect((await ask(RELEASES, { token: 'wrong' })).status).toBe(401);
    expect((await ask('/user', { token: reader })).status).toBe(200);
    expect((await ask(`${LAB}/issues/1/comments`, write)).status).toBe(401);
    expect((await ask(`${LAB}/issues/1/comments`, { ...write, token: reader })).status).toBe(403);
  });

  it('knows only its repositories, and the upstream one only for reading releases', async () => {
    expect((await ask(LAB)).status).toBe(200);
    expect((await ask('/repos/openssl/other')).status).toBe(404);
    expect(
      (await ask('/repos/openssl/openssl/issues/1/comments', { method: 'POST', token: writer, body: '{}' }))
        .status,
    ).toBe(404);
  });

  it('refuses a request that breaks the description, and says where', async () => {
    const comments = `${LAB}/issues/1/comments`;
    const wrong = await ask(comments, { method: 'POST', token: writer, body: '{"body":5}' });
    expect(wrong.status).toBe(422);
    expect(await wrong.json()).toMatchObject({
      errors: [{ field: 'body/body', message: 'must be string' }],
      documentation_url: expect.any(String),
    });
    expect((await ask(comments, { method: 'POST', token: writer, body: '{' })).status).toBe(400);
    expect((await ask(`${RELEASES}?page=two`)).status).toBe(422);
    expect(defects).toEqual([]);
  });

  it('turns an answer of ours that breaks the description into a 500 and tells of it', async () => {
    const answer = await ask(`${LAB}/issues/1/comments`, {
      method: 'POST',
      token: writer,
      body: '{"body":"x"}',
    });
    expect(answer.status).toBe(500);
    expect(defects).toEqual([expect.stringContaining('body/id must be integer')]);
  });
});
