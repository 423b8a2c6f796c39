import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UpstreamAddress } from '../../../../activities/ingest/upstreams/all-upstreams.ts';
import { upstreamsOf } from '../../../../activities/ingest/upstreams/all-upstreams.ts';
import { pollAll, type PollResult } from '../../../../activities/ingest/upstreams/poll-upstreams.ts';
import type { Cursors, Remembered } from '../../../../adapters/cursors/cursors.ts';
import { ociDigest, sha256 } from '../../../../domain/digest.ts';
import {
  type InProcessRegistry,
  startInProcessRegistry,
} from '../../../adapters/registry/in-process-registry.ts';
import { samplePins } from '../../../domain/pins/sample-pins.ts';
import { fakeRegistry, NOW } from '../fake-run.ts';

const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);
const FRESH: Remembered = { schemaVersion: 1, cursors: null, newest: {}, lookAgain: null, own: null };

let server: InProcessRegistry;
let asked: string[];
let etag: string;
let digest: string;
let read: string[];

beforeAll(async () => {
  server = await startInProcessRegistry((request, _, response) => {
    asked.push(`${request.url}`);
    if (request.url === '/down') response.writeHead(503).end();
    else if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end('content');
  });
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  read = [];
  etag = '"1"';
  digest = 'one';
});

function upstreams(...more: string[]): UpstreamAddress[] {
  return [
    { name: 'package-index-x86_64', kind: 'file', address: `http://${server.host}/index` },
    { name: 'base-image', kind: 'image', address: 'registry.example.com/base:latest' },
    ...more.map((path) => ({ name: path, kind: 'file' as const, address: `http://${server.host}${path}` })),
  ];
}

function poll(remembered: Remembered, commit = FIRST, addresses = upstreams()): Promise<PollResult> {
  const registry = fakeRegistry({ resolveTag: () => Promise.resolve(ociDigest(sha256(digest))) });
  return pollAll(
    {
      commit,
      upstreamsAt: (at) => {
        read.push(at);
        return Promise.resolve(addresses);
      },
      openRegistry: () => registry,
      redirectHosts: [],
      now: NOW,
    },
    remembered,
  );
}

async function after(cursors: Cursors | null = null): Promise<Remembered> {
  return { ...FRESH, cursors: cursors ?? (await poll(FRESH)).cursors };
}

describe('a poll', () => {
  it('has everything as news when nothing is remembered', async () => {
    expect((await poll(FRESH)).news).toEqual(['pins', 'base-image', 'package-index-x86_64']);
  });

  it('has no news when nothing has changed, asks each upstream once, and reads nothing of the branch', async () => {
    const remembered = await after();
    asked = [];
    read = [];

    expect(await poll(remembered)).toMatchObject({ news: [], isMoved: false, cursors: remembered.cursors });
    expect([asked, read]).toEqual([['/index'], []]);
  });

  it('names what has changed, and goes on from there', async () => {
    const remembered = await after();
    etag = '"2"';
    const file = await poll(remembered);
    digest = 'two';

    expect(file.news).toEqual(['package-index-x86_64']);
    expect((await poll(await after(file.cursors))).news).toEqual(['base-image']);
  });

  it('has news again as long as they are not remembered', async () => {
    const remembered = await after();
    etag = '"2"';

    expect((await poll(remembered)).news).toEqual((await poll(remembered)).news);
  });

  it('has other pins on the branch as news, and an upstream that they bring', async () => {
    const remembered = await after();

    expect((await poll(remembered, SECOND, upstreams('/more'))).news).toEqual(['pins', '/more']);
    expect(read.at(-1)).toBe(SECOND);
  });

  it('has no news in a commit that the foundry put on top itself', async () => {
    const remembered = { ...(await after()), own: { on: FIRST, commit: SECOND } };

    expect(await poll(remembered, SECOND)).toMatchObject({ news: [], isMoved: true });
    expect((await poll({ ...remembered, own: { on: SECOND, commit: SECOND } }, SECOND)).news).toEqual([
      'pins',
    ]);
  });

  it('has it as news that the time has come to decide again', async () => {
    const remembered = await after();
    const at = (offset: number): string => new Date(NOW.getTime() + offset).toISOString();

    expect((await poll({ ...remembered, lookAgain: at(0) })).news).toEqual(['waiting']);
    expect((await poll({ ...remembered, lookAgain: at(1) })).news).toEqual([]);
  });

  it('ends with the first upstream that gives no answer', async () => {
    await expect(poll(FRESH, FIRST, upstreams('/down'))).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });
});

it('asks all upstreams of the pins', () => {
  const addresses = { coreReleases: 'https://a.example', advisories: 'https://b.example', database: 'c/d:2' };

  expect(upstreamsOf(samplePins(), addresses).map(({ name }) => name)).toEqual([
    'package-index-x86_64',
    'base-image',
    'core-releases',
    'core-archive',
    'provider-archive',
    'security-feed',
    'openssl-advisories',
    'scanner-database',
  ]);
});
