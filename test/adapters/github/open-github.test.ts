import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Github, openGithub } from '../../../adapters/github/open-github.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const TOKEN = 'a-secret-of-this-test';
let server: Server;
let answers: Answer[];
let seen: IncomingMessage[];

beforeEach(async () => {
  [answers, seen] = [[], []];
  server = createServer((request, response) => {
    seen.push(request);
    const answer = answers.shift() ?? json(500, { message: 'asked once more than expected' });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

function open(signal?: AbortSignal): Github {
  const { port } = server.address() as AddressInfo;
  const place = { api: `http://127.0.0.1:${port}/api/v3`, project: 'me/mine', token: TOKEN };
  return openGithub(signal === undefined ? place : { ...place, signal });
}

async function head(github: Github): Promise<string> {
  return await github.ask('the head', async (octokit, repository) => {
    const { data } = await octokit.rest.git.getRef({ ...repository, ref: 'heads/main' });
    return data.object.sha;
  });
}

test('asks the repository of the profile with its token', async () => {
  answers.push(json(200, { object: { sha: 'abc' } }));

  expect(await head(open())).toBe('abc');
  expect(seen[0]?.url).toBe('/api/v3/repos/me/mine/git/ref/heads%2Fmain');
  expect(seen[0]?.headers.authorization).toBe(`token ${TOKEN}`);
});

test.each([
  [401, {}, 'FND_PERMISSION'],
  [403, {}, 'FND_PERMISSION'],
  [404, {}, 'FND_PERMISSION'],
  [422, {}, 'FND_BAD_DATA'],
  [500, {}, 'FND_UNREACHABLE'],
  [503, {}, 'FND_UNREACHABLE'],
  [429, { 'retry-after': '3600' }, 'FND_UNREACHABLE'],
  [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2000000000' }, 'FND_UNREACHABLE'],
])('an answer %i with %j is %s, asked for once', async (status, headers, code) => {
  answers.push(json(status, { message: 'no' }, headers));

  await expect(head(open())).rejects.toMatchObject({
    code,
    message: expect.stringContaining('the head: me/mine'),
  });
  expect(seen).toHaveLength(1);
});

test('waits as long as the server says, and asks again', async () => {
  answers.push(json(429, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '1' }));
  answers.push(json(200, { object: { sha: 'abc' } }));
  const began = performance.now();

  expect(await head(open())).toBe('abc');
  expect(performance.now() - began).toBeGreaterThan(900);
});

test('a server that is not there is unreachable, and nothing that is thrown holds the token', async () => {
  const gone = openGithub({ api: 'http://127.0.0.1:1/api/v3', project: 'me/mine', token: TOKEN });
  const error: unknown = await head(gone).catch((reason: unknown) => reason);

  expect(error).toMatchObject({ code: 'FND_UNREACHABLE' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
});

test('ends when it is stopped', async () => {
  const stop = new AbortController();
  answers.push(() => stop.abort());

  await expect(head(open(stop.signal))).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
});
