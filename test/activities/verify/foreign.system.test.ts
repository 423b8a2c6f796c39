import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESCRIBED, REQUIREMENTS } from '../../../activities/verify/requirement.ts';
import type { ReadableImage } from '../../../adapters/sigstore/read-attached.ts';
import { hexOf } from '../../../domain/digest.ts';
import {
  type ForeignTrust,
  type ForeignVerifiers,
  openForeignVerifiers,
} from '../../release/foreign-verifiers.ts';
import { sbomOf } from '../evidence/sbom/described-image.ts';
import { signClaim, vexOf } from './released-image.ts';
import { SampleRelease } from './sample-release.ts';

let sample: SampleRelease;
let verifiers: ForeignVerifiers;
let image: ReadableImage;
let trust: ForeignTrust;
let folder: string;

beforeAll(async () => {
  verifiers = await openForeignVerifiers(() => undefined);
  sample = await SampleRelease.make();
  image = await sample.released(sample.without());
  const { san: identity, issuer } = sample.expected.trust.identity;
  trust = {
    identity,
    issuer,
    trustedRoot: sample.stack.trustedRootFile,
    trustConfig: sample.stack.trustConfigFile,
  };
  folder = await mkdtemp(join(tmpdir(), 'foundry-foreign-'));
});
afterAll(async () => {
  await sample.stack.dispose();
  await rm(folder, { recursive: true });
});

function reference(): string {
  return `${image.registry.host}/${image.repository}@${image.digest}`;
}

test.each(REQUIREMENTS)('cosign takes the %s of an image, by its type', async (requirement) => {
  const { predicateType } = DESCRIBED[requirement];
  expect(await verifiers.cosignVerifyAttestation(reference(), predicateType, trust)).toMatchObject({
    accepts: true,
  });
});

test('sigstore-python takes the bundles of all', async () => {
  const files = REQUIREMENTS.map((requirement) => join(folder, `${requirement}.json`));
  for (const [index, requirement] of REQUIREMENTS.entries())
    await writeFile(files[index] ?? '', JSON.stringify(sample.genuine[requirement]));
  expect(await verifiers.sigstorePythonVerify(files, hexOf(image.digest), trust)).toEqual({
    accepts: true,
    said: `verified ${REQUIREMENTS.length}`,
  });
});

test('both take what is stated about a vulnerability', async () => {
  const vex = await signClaim(sample.stack, sample.image, 'vex', vexOf(sample.image));
  const there = await sample.released([vex]);
  const file = join(folder, 'vex.json');
  await writeFile(file, JSON.stringify(vex));
  const address = `${there.registry.host}/${there.repository}@${there.digest}`;
  expect(await verifiers.cosignVerifyAttestation(address, DESCRIBED.vex.predicateType, trust)).toMatchObject({
    accepts: true,
  });
  expect(await verifiers.sigstorePythonVerify([file], hexOf(there.digest), trust)).toMatchObject({
    accepts: true,
  });
});

test('both refuse another identity, and an attestation about something else', async () => {
  const file = join(folder, 'provenance.json');
  await writeFile(file, JSON.stringify(sample.genuine.provenance));
  const type = DESCRIBED.provenance.predicateType;
  const theirs = { ...trust, identity: 'https://example.com/us' };

  expect(await verifiers.cosignVerifyAttestation(reference(), type, theirs)).toMatchObject({
    accepts: false,
  });
  expect(await verifiers.sigstorePythonVerify([file], hexOf(image.digest), theirs)).toMatchObject({
    accepts: false,
  });
  expect(await verifiers.sigstorePythonVerify([file], 'a'.repeat(64), trust)).toMatchObject({
    accepts: false,
    said: expect.stringContaining('about'),
  });
});

test('the validator takes our SBOM, and none with a member that CycloneDX does not know', async () => {
  const sbom = await sbomOf(sample.image);
  expect(await verifiers.validateCycloneDx(JSON.stringify(sbom))).toEqual({ accepts: true, said: 'valid' });
  expect(await verifiers.validateCycloneDx(JSON.stringify({ ...sbom, ours: 1 }))).toMatchObject({
    accepts: false,
  });
});
