import { describe, expect, it } from 'vitest';
import type { Bump } from '../../../domain/ingest/plan.ts';
import { renderMessage } from '../../../domain/ingest/render-message.ts';
import { SAMPLE_PLAN } from './sample-plan.ts';

function titleOf(bumps: readonly Bump[]): string {
  return renderMessage({ ...SAMPLE_PLAN, bumps: [...bumps] }).split('\n')[0] ?? '';
}

const [core, base, zlib, needed] = SAMPLE_PLAN.bumps as [Bump, Bump, Bump, Bump];

describe('the message of a commit of pins', () => {
  it('says what changed, why, what was verified, and from when', async () => {
    await expect(renderMessage(SAMPLE_PLAN)).toMatchFileSnapshot('../../golden/ingest/message.txt');
  });

  it.each([
    [[zlib], 'Take zlib 1.3.1-r1'],
    [[base, zlib], 'Take the base image, zlib 1.3.1-r1'],
    [[needed], 'Take what others need'],
    [[{ ...core, fixes: ['CVE-2026-0001'] }], 'Take OpenSSL 3.5.7, which fixes CVE-2026-0001'],
    [[zlib, zlib, zlib, zlib, zlib], 'Take zlib 1.3.1-r1, zlib 1.3.1-r1, zlib 1.3.1-r1 and 2 more'],
    [[{ ...zlib, from: null, reason: 'open-pin' as const }, core], 'Pin what was open'],
    [[], 'Lock the pins anew'],
  ])('begins with what it is about (%#)', (bumps, title) => {
    expect(titleOf(bumps)).toBe(title);
  });

  it('keeps its title short', () => {
    const long = { ...zlib, name: 'x'.repeat(90) };

    expect(titleOf([long, long]).length).toBe(100);
  });
});
