import { expect, test } from 'vitest';
import { meaningOfTag, newestPublished, readRecordBundle } from '../../../client/verify/find-published.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

/** A registry that has tags and nothing else. */
function registryWith(...tags: string[]): Registry {
  return {
    host: 'registry.example',
    listTags: async () => tags,
    resolveTag: async (_repository: string, tag: string) => ociDigest(sha256(tag)),
    findManifest: async () => undefined,
  } as unknown as Registry;
}

test.each([
  ['3.5.7', { version: '3.5.7', variant: 'standard' }],
  ['3.5.7-distroless', { version: '3.5.7', variant: 'distroless' }],
  ['3.5.7-dev', { version: '3.5.7', variant: 'development' }],
  ['3.5.7-other', undefined],
  ['latest', undefined],
  ['record-3.5.7-cccccccccccc', undefined],
])('the tag %s means %j', (tag, meaning) => {
  expect(meaningOfTag(tag)).toEqual(meaning);
});

test('the newest image is that of the highest version, not of the last text', async () => {
  const registry = registryWith('3.5.9', '3.5.10', '3.5.10-dev', '3.5.11-distroless', 'sha256-aa');
  const newest = await newestPublished({ registry, repository: 'fips' }, 'standard');
  expect(newest).toEqual({ version: '3.5.10', variant: 'standard', digest: ociDigest(sha256('3.5.10')) });
});

test('says when nothing is published, and when a commit names several records', async () => {
  const place = {
    registry: registryWith('record-3.5.7-abcdef012345', 'record-3.5.8-abcdef999999'),
    repository: 'fips',
  };
  await expect(newestPublished(place, 'standard')).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  await expect(readRecordBundle(place, { commit: 'abcdef' })).rejects.toThrow('names 2 records');
  await expect(readRecordBundle(place, { commit: 'ffff' })).rejects.toThrow('no record of commit ffff');
  await expect(readRecordBundle(place, { commit: 'abcdef0' })).rejects.toThrow(
    'there is no record record-3.5.7-abcdef012345',
  );
});
