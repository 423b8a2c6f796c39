import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import type { ImageExpectation } from '../../../activities/verify/verify-image.ts';
import { GATES } from '../../../domain/evidence/gate.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import type { Lock } from '../../../domain/pins/lock.ts';
import { gateTest } from '../../../domain/evidence/test-result.ts';
import { sbomOf } from '../evidence/sbom/described-image.ts';
import {
  type Claims,
  gates,
  provenanceOf,
  selfTests,
  signClaim,
  statementAbout,
  summaryOf,
} from './released-image.ts';
import { SampleRelease } from './sample-release.ts';

const CHECKS = checksFor('standard', 'linux/amd64').map(({ id }) => id);
const ALL_GATES = GATES.map((gate) => gateTest(gate, 'canary'));

let sample: SampleRelease;

beforeAll(async () => {
  sample = await SampleRelease.make();
});
afterAll(() => sample.stack.dispose());

describe('genuine statements that say no', () => {
  test('the SBOM of another image', async () => {
    expect(await sample.refusalOf(await sample.claiming({ sbom: await sbomOf(sample.other) }))).toMatchObject(
      {
        code: 'FND_SBOM_MISMATCH',
        exit: 5,
        failed: ['sbom'],
      },
    );
  });

  test.each<[string, Partial<Claims>, string]>([
    ['a self-test', { 'self-tests': selfTests(CHECKS.slice(1), CHECKS.slice(0, 1)) }, 'self-tests'],
    ['a gate', { gates: gates(ALL_GATES.slice(1), { failed: ALL_GATES.slice(0, 1) }) }, 'gates'],
    [
      'a self-test with a warning',
      { 'self-tests': { ...selfTests(CHECKS), warnedTests: CHECKS.slice(0, 1) } },
      'self-tests',
    ],
    ['everything, by its result', { gates: { ...gates(ALL_GATES), result: 'FAILED' } }, 'gates'],
    ['nothing, because nothing ran', { gates: gates([]) }, 'gates'],
  ])('%s did not pass', async (_name, changed, failed) => {
    expect(await sample.refusalOf(await sample.claiming(changed))).toMatchObject({
      code: 'FND_RESULT_REFUSED',
      exit: 5,
      failed: [failed],
    });
  });

  test.each<[string, Parameters<typeof summaryOf>[1]]>([
    ['of another image', { resourceUri: 'registry.example.com/another' }],
    ['that failed', { verificationResult: 'FAILED' }],
    ['by another verifier', { verifier: { id: 'https://example.com/verifier', version: {} } }],
    ['of a lower level', { verifiedLevels: ['SLSA_BUILD_LEVEL_1'] }],
    ['of other evidence', { inputAttestations: [{ digest: { sha256: 'a'.repeat(64) } }] }],
  ])('a summary %s', async (_name, changes) => {
    const bundles = sample.without('summary');
    const summary = await signClaim(sample.stack, sample.image, 'summary', summaryOf(bundles, changes));
    expect(await sample.refusalOf(await sample.released([...bundles, summary]))).toMatchObject({
      code: 'FND_SUMMARY_REFUSED',
      exit: 5,
      failed: ['summary'],
    });
  });

  test('a withdrawal', async () => {
    const withdrawal = await sample.stack.sign(
      statementAbout(sample.image, PREDICATE_TYPES.withdrawal, {
        reason: 'a leaked key',
        by: 'the release team',
        withdrawnAt: '2026-11-22T12:00:00Z',
      }),
    );
    expect(await sample.refusalOf(await sample.released([...sample.without(), withdrawal]))).toMatchObject({
      code: 'FND_WITHDRAWN',
      exit: 5,
      failed: ['withdrawn'],
      said: expect.stringContaining('a leaked key'),
    });
  });
});

describe('a provenance that is not as expected', () => {
  test.each<[string, Partial<ImageExpectation['provenance']>]>([
    ['source', { source: 'git+https://git.example.com/another.git' }],
    ['commit', { commit: 'd'.repeat(40) }],
    ['version', { version: '3.5.6' }],
    ['variant', { variant: 'distroless' }],
    ['platform', { platform: 'linux/arm64' }],
    ['builder', { builders: ['https://example.com/builder'] }],
  ])('by its %s', async (what, difference) => {
    const provenance = { ...sample.expected.provenance, ...difference };
    expect(await sample.refusalOf(await sample.released(sample.without()), { provenance })).toMatchObject({
      code: 'FND_PROVENANCE_REFUSED',
      exit: 5,
      said: expect.stringContaining(`the ${what} is`),
    });
  });

  test('by the name of the image', async () => {
    expect(
      await sample.refusalOf(await sample.released(sample.without()), { name: 'registry.example.com/b' }),
    ).toMatchObject({
      code: 'FND_PROVENANCE_REFUSED',
      failed: ['name'],
    });
  });

  test('by a parameter that we do not know', async () => {
    const provenance = structuredClone(provenanceOf());
    Object.assign(provenance.buildDefinition.externalParameters, { patch: 'https://example.com/patch' });
    expect(await sample.refusalOf(await sample.claiming({ provenance }))).toMatchObject({
      code: 'FND_PROVENANCE_REFUSED',
      said: expect.stringContaining('patch'),
    });
  });

  test('by a dependency that is not pinned, and a pin that was not used', async () => {
    const provenance = structuredClone(provenanceOf());
    const { resolvedDependencies } = provenance.buildDefinition;
    resolvedDependencies[1] = { name: 'left-pad', digest: { sha256: 'e'.repeat(64) } };
    const [first, ...files] = sample.expected.lock?.files ?? [];
    const lock = { ...sample.expected.lock, files: [{ ...first, sha256: 'f'.repeat(64) }, ...files] } as Lock;
    expect(await sample.refusalOf(await sample.claiming({ provenance }), { lock })).toMatchObject({
      code: 'FND_PROVENANCE_REFUSED',
      failed: ['pins'],
      said: expect.stringMatching(/left-pad was used and is not pinned .*; .* is pinned and was not used/),
    });
  });

  test('by the labels of the image', async () => {
    const provenance = structuredClone(provenanceOf());
    Object.assign(provenance.buildDefinition.internalParameters, { revision: 'd'.repeat(40) });
    expect(await sample.refusalOf(await sample.claiming({ provenance }))).toMatchObject({
      code: 'FND_PROVENANCE_REFUSED',
      said: expect.stringContaining('label revision'),
    });
  });
});
