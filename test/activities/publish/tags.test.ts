import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moveTags, readTags, restoreTags, type TagMove } from '../../../activities/publish/tags.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { type OciDigest, ociDigest, sha256 } from '../../../domain/digest.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';

const REPOSITORY = 'openssl-fips';
const TAGS = ['3.5.7', '3.5.7-distroless', '3.5.7-dev'];

let registry: MemoryRegistry;
let ours: TagMove[];

beforeEach(async () => {
  registry = await startMemoryRegistry();
  ours = [];
  for (const tag of TAGS) ours.push({ tag, digest: await put(`ours ${tag}`) });
});

afterEach(() => registry.close());

async function put(content: string, tag?: string): Promise<OciDigest> {
  const bytes = Buffer.from(content);
  return await registry.client.putManifest(
    REPOSITORY,
    tag ?? ociDigest(sha256(bytes)),
    MEDIA_TYPES.index,
    bytes,
  );
}

function place(): Parameters<typeof moveTags>[0] {
  return { registry: registry.client, repository: REPOSITORY };
}

function tags(): Record<string, string> {
  return Object.fromEntries(registry.repository(REPOSITORY).tags);
}

function allOurs(): Record<string, string> {
  return Object.fromEntries(ours.map(({ tag, digest }) => [tag, digest]));
}

describe('moving tags', () => {
  test('sets those that were not there and those that were', async () => {
    await put('before', '3.5.7');
    await moveTags(place(), ours, await readTags(place(), TAGS));
    expect(tags()).toEqual(allOurs());
  });

  test('is ended by a second try wherever the first one was killed, and nothing is sent for what is done', async () => {
    await put('before', '3.5.7');
    const previous = await readTags(place(), TAGS);
    for (const allowed of [0, 1, 1]) {
      let left = allowed;
      registry.interfere = ({ method }) => (method === 'PUT' && left-- <= 0 ? 500 : undefined);
      await expect(moveTags(place(), ours, previous)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
    }
    registry.interfere = () => undefined;
    await moveTags(place(), ours, previous);
    const sent = registry.seen.length;
    await moveTags(place(), ours, previous);
    expect(registry.seen.slice(sent).every((line) => line.startsWith('HEAD'))).toBe(true);
    expect(tags()).toEqual(allOurs());
  });

  test('moves none when somebody moved one since we looked', async () => {
    const previous = await readTags(place(), TAGS);
    const theirs = await put('theirs', '3.5.7-dev');
    await expect(moveTags(place(), ours, previous)).rejects.toMatchObject({
      code: 'FND_TAG_MOVED',
      message: `${registry.host}/${REPOSITORY}:3.5.7-dev leads to ${theirs}, expected nothing`,
    });
    expect(tags()).toEqual({ '3.5.7-dev': theirs });
  });

  test('finds out when somebody moves one while we move the others', async () => {
    const previous = await readTags(place(), TAGS);
    const theirs = await put('theirs');
    registry.interfere = ({ method, path }) => {
      if (method === 'PUT' && path.endsWith('/3.5.7-dev'))
        registry.repository(REPOSITORY).tags.set('3.5.7', theirs);
      return undefined;
    };
    await expect(moveTags(place(), ours, previous)).rejects.toMatchObject({
      code: 'FND_TAG_MOVED',
      message: expect.stringContaining(`:3.5.7 leads to ${theirs}`),
    });
  });

  test('says what the registry answers that refuses a tag', async () => {
    const previous = await readTags(place(), TAGS);
    registry.interfere = ({ method, path }) =>
      method === 'PUT' && path.endsWith('/3.5.7') ? 409 : undefined;
    await expect(moveTags(place(), ours, previous)).rejects.toThrow(
      `registry ${registry.host}: PUT ${REPOSITORY}:3.5.7: status 409`,
    );
    expect(tags()).toEqual({});
  });

  test('does not believe a registry that says yes and moves nothing', async () => {
    const previous = await readTags(place(), TAGS);
    registry.interfere = ({ method, path }) => (method === 'PUT' && path.endsWith('-dev') ? 201 : undefined);
    await expect(moveTags(place(), ours, previous)).rejects.toMatchObject({ code: 'FND_TAG_MOVED' });
  });

  test.each([
    ['is none', []],
    ['comes twice', ['3.5.7', '3.5.7']],
    ['nobody looked at', ['3.5.8']],
  ])('refuses a tag that %s', async (_, names) => {
    const digest = await put('x');
    await expect(
      moveTags(
        place(),
        names.map((tag) => ({ tag, digest })),
        await readTags(place(), ['3.5.7']),
      ),
    ).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });
});

describe('restoring tags', () => {
  test('brings back where they led, and removes those that were not there, however far the move came', async () => {
    for (let allowed = 0; allowed <= TAGS.length; allowed += 1) {
      const before = { '3.5.7': await put('before', '3.5.7') };
      const previous = await readTags(place(), TAGS);
      let left = allowed;
      registry.interfere = ({ method }) => (method === 'PUT' && left-- <= 0 ? 500 : undefined);
      await moveTags(place(), ours, previous).catch(() => undefined);
      registry.interfere = () => undefined;
      expect(await restoreTags(place(), ours, previous)).toEqual([]);
      expect(await restoreTags(place(), ours, previous)).toEqual([]);
      expect(tags()).toEqual(before);
    }
  });

  test('leaves a tag that somebody else moved, and says so', async () => {
    await put('before', '3.5.7');
    const previous = await readTags(place(), TAGS);
    await moveTags(place(), ours, previous);
    const theirs = await put('theirs', '3.5.7');
    expect(await restoreTags(place(), ours, previous)).toEqual([{ tag: '3.5.7', digest: theirs }]);
    expect(tags()).toEqual({ '3.5.7': theirs });
  });

  test('says when the registry cannot remove a tag', async () => {
    const previous = await readTags(place(), TAGS);
    await moveTags(place(), ours, previous);
    registry.interfere = ({ method }) => (method === 'DELETE' ? 405 : undefined);
    await expect(restoreTags(place(), ours, previous)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });
});
