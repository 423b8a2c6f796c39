import { describe, expect, it } from 'vitest';
import {
  compareReleases,
  type EvidentImage,
  type EvidentRelease,
} from '../../../client/diff/compare-releases.ts';
import { renderDifference } from '../../../client/diff/render-difference.ts';
import { releasesMeant } from '../../../client/diff/releases-meant.ts';
import { chooseRecord } from '../../../client/verify/choose-record.ts';
import type { PublishedRecord } from '../../../activities/publish/published-records.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import type { WatchedImage, WatchRecord } from '../../../domain/watch/record.ts';

const MOMENT = '2026-11-22T12:00:00.000Z';
const pin = (name: string, version: string) => ({
  name,
  uri: `pkg:apk/wolfi/${name}@${version}?arch=x86_64`,
  digest: { sha256: sha256(`${name}${version}`) },
});

const OLD: EvidentImage = {
  variant: 'standard',
  platform: 'linux/amd64',
  digest: ociDigest(sha256('old')),
  size: 10_000_000,
  files: 100,
  packages: new Map([
    ['bash', '5.2-r0'],
    ['gone', '1-r0'],
    ['libcrypto3', '3.5.6-r0'],
  ]),
  dependencies: [
    pin('bash', '5.2-r0'),
    pin('gcc', '14-r0'),
    { name: 'openssl-3.5.6 source', uri: 'https://x', digest: { sha256: 'a'.repeat(64) } },
  ],
};
const NEW: EvidentImage = {
  ...OLD,
  digest: ociDigest(sha256('new')),
  size: 9_000_000,
  files: 101,
  packages: new Map([
    ['bash', '5.2-r1'],
    ['libcrypto3', '3.5.7-r0'],
    ['new', '1-r0'],
  ]),
  dependencies: [
    pin('bash', '5.2-r1'),
    pin('gcc', '15-r0'),
    { name: 'openssl-3.5.7 source', uri: 'https://x', digest: { sha256: 'b'.repeat(64) } },
  ],
};

function release(version: string, ...images: EvidentImage[]): EvidentRelease {
  return { version, commit: sha256(version).slice(0, 40), signedAt: MOMENT, images };
}

function watched(digest: string, ...ids: string[]): WatchedImage {
  return {
    digest: digest as WatchedImage['digest'],
    version: '3.5.6',
    variant: 'standard',
    platform: 'linux/amd64',
    tags: [],
    releasedAt: MOMENT,
    scannedAt: MOMENT,
    unpublishedAt: null,
    vulnerabilities: ids.map((id) => ({
      id,
      package: 'openssl',
      version: '3.5.6-r0',
      severity: 'high',
      firstSeen: MOMENT,
      fixedVersion: null,
      fixedSince: null,
      stated: null,
      spans: [{ from: MOMENT, until: null }],
      deadline: null,
      endedAt: null,
      ending: null,
    })),
  };
}

function record(...images: WatchedImage[]): WatchRecord {
  return {
    schemaVersion: 1,
    lookedAt: MOMENT,
    zeroSince: null,
    commit: 'c'.repeat(40),
    databases: [],
    problems: [],
    images,
  };
}

describe('what changed between two releases', () => {
  const all = compareReleases(release('3.5.6', OLD), release('3.5.7', NEW), undefined);

  it('names packages that were added, removed and changed, and what else was pinned', () => {
    expect(all.images[0]?.packages).toEqual([
      { name: 'bash', before: '5.2-r0', after: '5.2-r1' },
      { name: 'gone', before: '1-r0', after: null },
      { name: 'libcrypto3', before: '3.5.6-r0', after: '3.5.7-r0' },
      { name: 'new', before: null, after: '1-r0' },
    ]);
    expect(all.pins).toEqual([
      { name: 'gcc', before: '14-r0', after: '15-r0' },
      { name: 'openssl-3.5.6 source', before: 'a'.repeat(64), after: null },
      { name: 'openssl-3.5.7 source', before: null, after: 'b'.repeat(64) },
    ]);
  });

  it('is shown with sizes and files', () => {
    const text = renderDifference(all);
    expect(text).toMatch(/size +10\.00 MB +9\.00 MB +-1000000 bytes/);
    expect(text).toMatch(/files +100 +101 +\+1/);
    expect(text).toMatch(/changed +bash +5\.2-r0 +5\.2-r1/);
  });

  it('says which CVEs were fixed only where the watch has looked at both', () => {
    const both = record(watched(OLD.digest, 'CVE-1', 'CVE-2'), watched(NEW.digest, 'CVE-2', 'CVE-3'));
    const fixed = (watch: WatchRecord | undefined) =>
      compareReleases(release('3.5.6', OLD), release('3.5.7', NEW), watch).images[0]?.fixed;

    expect(fixed(both)).toEqual(['CVE-1']);
    expect(fixed(record(watched(OLD.digest, 'CVE-1')))).toBeNull();
    expect(fixed(undefined)).toBeNull();
    expect(renderDifference(all)).toContain('fixed: not known');
  });

  it('does not call fixed what a person states something about, nor what did no harm before', () => {
    const stated = (image: WatchedImage): WatchedImage => ({
      ...image,
      vulnerabilities: image.vulnerabilities.map((one) => ({ ...one, stated: 'no harm', spans: [] })),
    });
    const fixed = (old: WatchedImage, now: WatchedImage) =>
      compareReleases(release('3.5.6', OLD), release('3.5.7', NEW), record(old, now)).images[0]?.fixed;

    expect(fixed(watched(OLD.digest, 'CVE-1'), stated(watched(NEW.digest, 'CVE-1')))).toEqual([]);
    expect(fixed(stated(watched(OLD.digest, 'CVE-1')), watched(NEW.digest))).toEqual([]);
    expect(fixed(watched(OLD.digest, 'CVE-1'), watched(NEW.digest))).toEqual(['CVE-1']);
  });

  it('names images that only one of them has, and says when one is the same', () => {
    const other = { ...NEW, variant: 'distroless' as const };
    const { onlyAfter, onlyBefore, images } = compareReleases(
      release('3.5.6', OLD),
      release('3.5.7', OLD, other),
      undefined,
    );
    expect([onlyBefore, onlyAfter]).toEqual([[], ['distroless (linux/amd64)']]);
    expect(images[0]?.packages).toEqual([]);
    expect(
      renderDifference(compareReleases(release('1.0.0', OLD), release('1.0.1', OLD), undefined)),
    ).toContain('the same image');
  });
});

function published(version: string, commit: string): PublishedRecord {
  return {
    digest: ociDigest(sha256(commit)),
    signedAt: new Date(MOMENT),
    status: { version, commit } as PublishedRecord['status'],
  };
}

describe('the release that is meant', () => {
  const records = [published('3.5.7', 'ab'.repeat(20)), published('3.5.7', 'ac'.repeat(20))];

  it.each([
    ['latest', 0],
    ['3.5.7', 0],
    ['acac', 1],
    [`release-3.5.7-${'ac'.repeat(20)}`, 1],
  ])('by %s is number %d', (word, at) => {
    expect(chooseRecord(records, word)).toBe(records[at]);
  });

  it.each([
    ['standard', 'names no release'],
    ['3.5.8', 'names no release that was published'],
    ['ffff', 'names no release that was published'],
  ])('by %s is none', (word, reason) => {
    expect(() => chooseRecord(records, word)).toThrow(reason);
  });

  it('by the beginning of two commits is refused', () => {
    const close = [published('3.5.7', 'abcd'.repeat(10)), published('3.5.7', `abcd${'0'.repeat(36)}`)];
    expect(() => chooseRecord(close, 'abcd')).toThrow('names 2 releases');
  });

  it('alone is compared with the one before it, which must be there', async () => {
    const nowhere = {
      registry: { listTags: async () => [] } as never,
      repository: 'fips',
      trust: {} as never,
    };
    await expect(releasesMeant(nowhere, 'latest', undefined)).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
    });
  });
});
