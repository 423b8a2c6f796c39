import { describe, expect, it } from 'vitest';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { addVex, type GivenStatement, removeVex } from '../../../domain/pins/record-vex.ts';
import { SAMPLE } from './sample-pins.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const CVE = 'CVE-2026-4242';
const GIVEN: GivenStatement = {
  cve: CVE,
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
  owner: 'b@example.com',
  reason: 'built without it',
  expires: '2026-12-31',
};

const add = (changes: Partial<GivenStatement> = {}): string =>
  addVex(SAMPLE, 'versions.hcl', { ...GIVEN, ...changes }, NOW);

describe('a statement on a vulnerability', () => {
  it('is written at the end, and every other byte stays', () => {
    expect(add()).toBe(`${SAMPLE}
vex "CVE-2026-4242" {
  status        = "not_affected"
  justification = "vulnerable_code_not_present"
  owner         = "b@example.com"
  reason        = "built without it"
  expires       = "2026-12-31"
}
`);
  });

  it('is for the variants that it names', () => {
    const { justification: _, ...harm } = { ...GIVEN, status: 'affected', variants: ['distroless'] };
    const text = addVex(SAMPLE, 'versions.hcl', harm, NOW);
    expect(readVersions(text, 'versions.hcl').vex[CVE]).toEqual({
      variants: ['distroless'],
      status: 'affected',
      owner: 'b@example.com',
      reason: 'built without it',
      expires: '2026-12-31',
    });
  });

  it('is taken back without a trace, one that a person wrote too', () => {
    expect(removeVex(add(), 'versions.hcl', CVE)).toBe(SAMPLE);
    const without = removeVex(SAMPLE, 'versions.hcl', 'CVE-2026-0001');
    expect(without.length).toBeLessThan(SAMPLE.length);
    expect(Object.keys(readVersions(without, 'versions.hcl').vex)).toEqual([
      'CVE-2026-0002',
      'CVE-2026-0003',
    ]);
  });

  it('may be made on its last day', () => {
    expect(add({ expires: '2026-11-22' })).toContain('expires       = "2026-11-22"');
  });

  it('is written in the form of Unicode that all readers read alike', () => {
    expect(add({ reason: 'cafe\u0301' })).toContain('"caf\u00E9"');
  });
});

describe('what is no statement is refused with its reason', () => {
  it.each<[string, Partial<GivenStatement>, string]>([
    ['an id that is none', { cve: 'cve-2026-1' }, '"cve-2026-1" is not the id of a CVE, such as'],
    ['an unknown status', { status: 'fine' }, '--status: Invalid option: expected one of "not_affected"'],
    ['an unknown justification', { justification: 'because' }, '--justification: Invalid option'],
    [
      'a justification for another status',
      { status: 'fixed' },
      '--justification: goes with the status not_affected, and with no other',
    ],
    ['an empty reason', { reason: '' }, '--reason: expected a text on one line'],
    ['a reason on two lines', { reason: 'one\ntwo' }, '--reason: expected a text on one line'],
    ['a day that is none', { expires: '2026-02-30' }, '--expires: expected a day as YYYY-MM-DD'],
    ['a day that is over', { expires: '2026-11-21' }, '--expires 2026-11-21 is over'],
    ['a variant that is not released', { variants: ['development'] }, 'versions.hcl releases no development'],
    [
      'a CVE that is stated',
      { cve: 'CVE-2026-0003' },
      'CVE-2026-0003 is stated already: affected, by a@example.com until 2026-12-31',
    ],
  ])('%s', (_name, changes, reason) => {
    expect(() => add(changes)).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });

  it('a status not_affected without a justification', () => {
    const { justification: _, ...bare } = GIVEN;
    expect(() => addVex(SAMPLE, 'versions.hcl', bare, NOW)).toThrow('--justification: goes with the status');
  });

  it.each([
    ['CVE-2026-9999', 'versions.hcl states nothing about CVE-2026-9999'],
    ['x', '"x" is not the id of a CVE'],
  ])('taking back %s', (cve, reason) => {
    expect(() => removeVex(SAMPLE, 'versions.hcl', cve)).toThrow(
      expect.objectContaining({ code: 'FND_BAD_INPUT', message: expect.stringContaining(reason) as string }),
    );
  });
});
