import { beforeAll, describe, expect, it } from 'vitest';
import { type Contract, loadContract } from '../../../../lab/forge/api/openapi/contract.ts';
import { toJsonSchema } from '../../../../lab/forge/api/openapi/json-schema.ts';

const RELEASES = 'GET /repos/{owner}/{repo}/releases';
const SNAPSHOTS = 'POST /repos/{owner}/{repo}/dependency-graph/snapshots';
const REPOSITORY = { owner: 'foundry-lab', repo: 'wolfi-openssl-fips' };

const snapshot = {
  version: 0,
  sha: 'a'.repeat(40),
  ref: 'refs/heads/main',
  job: { id: '1', correlator: 'standard-amd64' },
  detector: { name: 'foundry', version: '1', url: 'https://foundry.invalid' },
  scanned: '2026-01-01T00:00:00Z',
  manifests: { apk: { name: 'apk', resolved: { glibc: { package_url: 'pkg:apk/wolfi/glibc@2.42' } } } },
};

describe("GitHub's contract", () => {
  let contract: Contract;
  beforeAll(async () => {
    contract = await loadContract([RELEASES, SNAPSHOTS]);
  });

  it('converts parameters and fills in defaults', () => {
    const { parameters, violations } = contract.checkRequest(
      RELEASES,
      { ...REPOSITORY, page: '3' },
      undefined,
    );
    expect(violations).toEqual([]);
    expect(parameters).toMatchObject({ page: 3, per_page: 30 });
  });

  it('accepts a right snapshot', () => {
    expect(contract.checkRequest(SNAPSHOTS, REPOSITORY, snapshot).violations).toEqual([]);
  });

  it.each([
    ['a short sha', { ...snapshot, sha: 'abc' }, 'body/sha'],
    ['a ref without refs/', { ...snapshot, ref: 'main' }, 'body/ref'],
    ['a date without a zone', { ...snapshot, scanned: '2026-01-01T00:00:00' }, 'body/scanned'],
    ['an unknown field', { ...snapshot, extra: 1 }, 'body'],
    [
      'a package url without pkg',
      { ...snapshot, manifests: { apk: { name: 'apk', resolved: { x: { package_url: 'apk/glibc' } } } } },
      'body/manifests/apk/resolved/x/package_url',
    ],
    ['nothing', undefined, 'body'],
  ])('refuses a request with %s', (_, body, field) => {
    const { violations } = contract.checkRequest(SNAPSHOTS, REPOSITORY, body);
    expect(violations.map((violation) => violation.field)).toContain(field);
  });

  it('refuses a parameter of the wrong type', () => {
    const { violations } = contract.checkRequest(RELEASES, { ...REPOSITORY, page: 'two' }, undefined);
    expect(violations).toEqual([{ field: 'parameters/page', message: 'must be integer' }]);
  });

  it('refuses an answer that GitHub would not give', () => {
    const right = { id: 1, created_at: '2026-01-01T00:00:00Z', result: 'ACCEPTED', message: 'ok' };
    expect(contract.checkAnswer(SNAPSHOTS, 201, right)).toEqual([]);
    expect(contract.checkAnswer(SNAPSHOTS, 201, { ...right, id: 'one' })[0]?.field).toBe('body/id');
    expect(contract.checkAnswer(SNAPSHOTS, 201, {}).length).toBeGreaterThan(0);
    expect(contract.checkAnswer(SNAPSHOTS, 200, right)[0]?.field).toBe('status');
    expect(contract.checkAnswer(RELEASES, 200, [{ id: 1 }]).length).toBeGreaterThan(0);
  });

  it('holds an unlisted error to the common form', () => {
    expect(contract.checkAnswer(SNAPSHOTS, 429, { message: 'slow down' })).toEqual([]);
    expect(contract.checkAnswer(SNAPSHOTS, 429, { message: 5 }).length).toBeGreaterThan(0);
  });

  it('cannot be loaded for an operation that GitHub does not have', async () => {
    await expect(loadContract(['GET /repos/{owner}/{repo}/wishes'])).rejects.toThrow('no operation');
  });
});

describe('toJsonSchema', () => {
  it('keeps null beside references and choices', () => {
    const schema = toJsonSchema({ nullable: true, allOf: [{ $ref: '#/components/schemas/user' }] });
    expect(schema).toEqual({
      anyOf: [{ type: 'null' }, { allOf: [{ $ref: 'github:openapi#/components/schemas/user' }] }],
    });
  });
});
