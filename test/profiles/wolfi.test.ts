import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../adapters/profile/profile.ts';
import { parseHcl } from '../../domain/hcl/parse.ts';
import { toPlain } from '../../domain/hcl/plain.ts';

const FILE = fileURLToPath(new URL('../../profiles/wolfi.hcl', import.meta.url));
const TEXT = readFileSync(FILE, 'utf8');

/** Every text in it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner));
}

const texts = textsIn(toPlain(parseHcl(TEXT, FILE).body));

describe('the profile of the real Wolfi', () => {
  it('is a profile', async () => {
    await expect(readProfile(FILE)).resolves.toMatchObject({
      signing: { builder: 'separate' },
      images: { notice: undefined },
    });
  });

  it('reaches everything by https', () => {
    const addresses = texts.filter((text) => text.includes('://'));

    expect(addresses.length).toBeGreaterThan(7);
    expect(addresses.filter((address) => new URL(address).protocol !== 'https:')).toEqual([]);
  });

  it('has no address of a lab or of this machine', () => {
    expect(
      texts.filter((text) => /127\.|localhost|\[?::1|0\.0\.0\.0|\blab\b|:\d{4,5}(?:\/|$)/.test(text)),
    ).toEqual([]);
  });

  it('holds no secret, only the names of files', () => {
    expect(texts.filter((text) => /gh[pousr]_|github_pat_|-----BEGIN/.test(text))).toEqual([]);
    expect(texts).toEqual(expect.arrayContaining(['forge.token', 'registry.json']));
  });
});
