import type { Look, ScannedImage } from '../../../domain/watch/look.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

/** The beginning of these looks. */
const START = new Date('2026-11-01T00:00:00.000Z');
const HOUR = 3_600_000;

/** A moment that many hours after {@link START}. */
export function hour(count: number): Date {
  return new Date(START.getTime() + count * HOUR);
}

/** A CVE that one of our packages has, without a fix and without a statement. */
export function found(
  id: string,
  more: Partial<ScannedImage['found'][number]> = {},
): ScannedImage['found'][number] {
  return {
    id,
    package: 'openssl',
    version: '3.5.6-r0',
    severity: 'high',
    fixedVersion: null,
    stated: null,
    ...more,
  };
}

/** An image that was scanned. `name` makes its digest. */
export function scanned(name: string, more: Partial<ScannedImage> = {}): ScannedImage {
  return {
    digest: ociDigest(sha256(name)),
    version: '3.5.6',
    variant: 'standard',
    platform: 'linux/amd64',
    tags: ['3.5.6'],
    releasedAt: START.toISOString(),
    found: [],
    ...more,
  };
}

/** A look at these images. */
export function look(at: Date, images: readonly ScannedImage[], more: Partial<Look> = {}): Look {
  return {
    at,
    commit: 'c'.repeat(40),
    databases: [],
    scanned: images,
    unjudged: [],
    levels: { critical: '7d', others: '14d' },
    ...more,
  };
}
