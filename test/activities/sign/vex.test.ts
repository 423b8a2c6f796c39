import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gateFacts } from '../../../activities/sign/image-facts.ts';
import { type VexInput, vexOf } from '../../../activities/sign/statements/vex.ts';
import { storedGate } from '../../../activities/sign/stored-evidence.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { lastDayOf, OpenVex } from '../../../domain/evidence/openvex.ts';
import { PASSED_BY_STATEMENT, STATED } from './sample-gates.ts';
import { makeSampleRelease, type SampleRelease } from './sample-release.ts';

const NOW = new Date('2026-11-22T12:30:00Z');

let folder: string;
let store: ArtifactStore;
let sample: SampleRelease;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-vex-'));
  store = openDirectoryStore(folder);
  sample = await makeSampleRelease(store, { isStated: true });
});
afterAll(async () => await rm(folder, { recursive: true }));

function input(changes: Partial<VexInput> = {}): VexInput {
  return {
    read: sample.read,
    image: sample.image,
    published: 'registry.example/foundry/openssl-fips',
    author: 'somebody',
    findings: PASSED_BY_STATEMENT.findings ?? [],
    now: NOW,
    ...changes,
  };
}

const cves = (document: OpenVex | undefined): string[] =>
  (document?.statements ?? []).map(({ vulnerability }) => vulnerability.name);

describe('what is stated about the vulnerabilities of an image', () => {
  test('is an OpenVEX document of the time of the commit, about the index and the manifest', async () => {
    const document = vexOf(input());
    expect(OpenVex.parse(document)).toEqual(document);
    expect(vexOf(input({ now: new Date('2026-12-31T23:59:59Z') }))).toEqual(document);
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, '../../golden/statements/vex.json'),
    );
  });

  test('says until when it holds', () => {
    expect(vexOf(input())?.statements.map(lastDayOf)).toEqual(['2026-12-31', '2026-12-31']);
  });

  test('names the packages that the vulnerability was found in, where it was', () => {
    const [found, other] = vexOf(input())?.statements ?? [];
    expect(found?.products[0]?.subcomponents?.map((one) => one['@id'])).toEqual([
      'pkg:apk/wolfi/libcrypto3@3.5.7-r0?arch=x86_64',
      'pkg:apk/wolfi/libssl3@3.5.7-r0?arch=x86_64',
      'pkg:apk/wolfi/openssl@3.5.7-r0?arch=x86_64',
      'pkg:apk/wolfi/openssl-fips-provider@3.1.2-r0?arch=x86_64',
    ]);
    expect(other?.products[0]?.subcomponents).toBeUndefined();
  });

  test('leaves out what has expired and what is about other variants, and is no document then', () => {
    expect(cves(vexOf(input()))).toEqual([STATED, 'CVE-2026-0003']);
    const distroless = { ...sample.image, variant: 'distroless' as const };
    expect(cves(vexOf(input({ image: distroless })))).toEqual(['CVE-2026-0003']);
    expect(vexOf(input({ now: new Date('2027-01-01T00:00:00Z') }))).toBeUndefined();
  });
});

describe('a gate that passed by a statement', () => {
  const judged = async (now: Date): Promise<unknown> => {
    const [scan] = gateFacts(sample.release, sample.image);
    if (scan === undefined) throw new Error('there are gates');
    return await storedGate(store, sample.image, scan, sample.read.versions, now);
  };

  test('is borne out as long as the statement holds', async () => {
    expect(await judged(NOW)).toMatchObject({
      result: { waived: [STATED, `${STATED}.openssl-fips-provider`] },
    });
    await expect(judged(new Date('2027-01-01T00:00:00Z'))).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('no valid statement (vex)'),
    });
  });
});
