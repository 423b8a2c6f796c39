import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../../../activities/ingest/news/admission.ts';
import { type BaseDecision, decideOnBase } from '../../../../activities/ingest/news/base-news.ts';
import type { IndexRecord } from '../../../../adapters/apk/index-record.ts';
import { readSecurityFeed } from '../../../../adapters/security-feed/security-feed.ts';
import { ociDigest, sha256 } from '../../../../domain/digest.ts';
import { readVersions } from '../../../../domain/pins/read-versions.ts';
import { SAMPLE } from '../../../domain/pins/sample-pins.ts';
import { NOW } from '../fake-run.ts';
import { DAY_MS, record } from './records.ts';

const PATIENCE = { cooldownMs: 3 * DAY_MS, now: NOW };
const FEED = readSecurityFeed(
  JSON.stringify({ packages: [{ pkg: { name: 'bash', secfixes: { '5.3-r4': ['CVE-2026-0001'] } } }] }),
  'the feed',
);
const HOLD = `
hold "bash" {
  owner   = "me@example.com"
  reason  = "it breaks"
  expires = "2026-06-30"
}
`;

function decided(daysAgo: number, held: readonly IndexRecord[], text = SAMPLE): BaseDecision {
  const created = new Date(NOW.getTime() - daysAgo * DAY_MS);
  const image = { digest: ociDigest(sha256('a newer image')), layers: new Map(), created };
  const packages = new Map([['linux/amd64' as const, held]]);
  const news = { versions: readVersions(text, 'versions.hcl'), image, packages };
  return decideOnBase(news, createAdmission(FEED, PATIENCE), PATIENCE);
}

describe('a newer base image', () => {
  it('is taken when it is old enough', () => {
    expect(decided(3, [record('bash', '5.3-r3', 4)])).toEqual({ fixes: [], waiting: null });
  });

  it('waits while it is young and fixes nothing', () => {
    expect(decided(1, [record('bash', '5.3-r3', 4)]).waiting).toMatchObject({
      why: 'cooldown',
      until: new Date(NOW.getTime() + 2 * DAY_MS).toISOString(),
      bump: { kind: 'base-image', reason: 'newer' },
    });
  });

  it('is taken at once when a package in it fixes a vulnerability of the pinned one', () => {
    expect(decided(0, [record('bash', '5.3-r4', 0)])).toEqual({ fixes: ['CVE-2026-0001'], waiting: null });
  });

  it('waits for a person when it holds an older package than the pinned one, however old it is', () => {
    expect(decided(90, [record('bash', '5.3-r1', 99)]).waiting).toMatchObject({
      why: 'person',
      detail: 'it holds bash 5.3-r1, which is older than 5.3-r2',
    });
  });

  it('waits for the end of the hold of a package that it would change, even with a fix', () => {
    expect(decided(90, [record('bash', '5.3-r4', 99)], SAMPLE + HOLD).waiting).toMatchObject({
      why: 'hold',
      until: '2026-06-30T23:59:59Z',
    });
    expect(decided(90, [record('bash', '5.3-r2', 99)], SAMPLE + HOLD).waiting).toBeNull();
  });

  it('is taken where none is pinned yet', () => {
    expect(decided(0, [], SAMPLE.replace(/ {2}digest = .*\n/, '')).waiting).toBeNull();
  });
});
