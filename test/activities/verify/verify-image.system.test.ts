import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import { REQUIREMENTS } from '../../../activities/verify/requirement.ts';
import { verifyImage } from '../../../activities/verify/verify-image.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { referrersTag } from '../../../adapters/registry/referrers.ts';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import { type OciDigest, sha256 } from '../../../domain/digest.ts';
import { GATES } from '../../../domain/evidence/gate.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import { gateTest } from '../../../domain/evidence/test-result.ts';
import { gates, provenanceOf, selfTests, signAll, signClaim, statementAbout } from './released-image.ts';
import { SampleRelease } from './sample-release.ts';
import { startSigningStack } from './signing-stack.ts';

const CHECKS = checksFor('standard', 'linux/amd64').map(({ id }) => id);
const ALL_GATES = GATES.map((gate) => gateTest(gate, 'canary'));

/** The commit of a later release. */
const LATER = 'd'.repeat(40);

let sample: SampleRelease;

beforeAll(async () => {
  sample = await SampleRelease.make();
});
afterAll(() => sample.stack.dispose());

describe('a released image', () => {
  test('is taken, with every check told in order', async () => {
    const { checks, provenance } = await verifyImage(
      await sample.released(sample.without()),
      sample.expected,
    );

    expect(checks.map(({ id }) => id)).toEqual([
      'image',
      'signatures',
      ...REQUIREMENTS.map((one) => `attached.${one}`),
      'withdrawn',
      'name',
      'provenance',
      'pins',
      'sbom',
      'self-tests',
      'vulnerabilities',
      'gates',
      'summary',
    ]);
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(provenance?.buildDefinition.externalParameters.variant).toBe('standard');
  });

  test('is taken before its summary is made, by who makes it', async () => {
    const required = REQUIREMENTS.filter((one) => one !== 'summary');
    const { checks } = await verifyImage(await sample.released(sample.without('summary')), {
      ...sample.expected,
      required,
    });
    expect(checks.map(({ id }) => id)).not.toContain('summary');
  });

  test('that a later release made again is taken by the evidence of either', async () => {
    // Of two signatures in one second nobody can say which is the newer.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const later = JSON.parse(
      JSON.stringify(provenanceOf()).replaceAll(/(?<="gitCommit":")[0-9a-f]+/g, LATER),
    ) as object;
    const again = await signAll(sample.stack, sample.image, { provenance: later });
    const there = await sample.released([...sample.without(), ...Object.values(again)]);
    const { commit: first, ...anyCommit } = sample.expected.provenance;
    const taken = async (bundles?: readonly BundleJson[]): Promise<string | undefined> => {
      const { provenance } = await verifyImage(there, {
        ...sample.expected,
        provenance: anyCommit,
        ...(bundles === undefined
          ? {}
          : { bundles: bundles.map((bundle) => sha256(JSON.stringify(bundle))) }),
      });
      return provenance?.buildDefinition.externalParameters.source.digest.gitCommit;
    };

    expect(await taken()).toBe(LATER);
    expect(await taken(Object.values(again))).toBe(LATER);
    expect(await taken(sample.without())).toBe(first);
  });

  test('tells what a waiver let pass', async () => {
    const passed = ALL_GATES.filter((one) => !one.startsWith('cis-docker'));
    const there = await sample.claiming({ gates: gates(passed, { warned: ['cis-docker.CIS-4.1'] }) });
    const { checks } = await verifyImage(there, sample.expected);
    expect(checks.find(({ id }) => id === 'gates')?.detail).toContain('waived: cis-docker.CIS-4.1');
  });

  test('may carry what strangers attach: it is counted and does not count', async () => {
    const theirs = await sample.stack.sign(
      statementAbout(sample.image, PREDICATE_TYPES.provenance, {}),
      'stranger',
    );
    const { checks } = await verifyImage(
      await sample.released([theirs, ...sample.without(), theirs]),
      sample.expected,
    );
    expect(checks.find(({ id }) => id === 'signatures')?.detail).toContain('2 by others do not count');
  });

  test('signed again counts as it was signed last', async () => {
    const again = await signAll(sample.stack, sample.image, {
      'self-tests': selfTests([...CHECKS, 'FIPS-NEW-001']),
    });
    const { attestations } = await verifyImage(
      await sample.released([...Object.values(again), ...sample.without()]),
      sample.expected,
    );
    expect(attestations['self-tests']?.statement.predicate).toMatchObject({
      passedTests: expect.arrayContaining(['FIPS-NEW-001']),
    });
  });
});

describe('signatures', () => {
  test('a changed payload is refused', async () => {
    const changed = structuredClone(sample.genuine.provenance) as { dsseEnvelope: { payload: string } };
    const text = Buffer.from(changed.dsseEnvelope.payload, 'base64').toString('utf8');
    changed.dsseEnvelope.payload = Buffer.from(text.replaceAll('standard', 'distroless')).toString('base64');
    const there = await sample.released([changed, ...sample.without('provenance')]);
    expect(await sample.refusalOf(there)).toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      exit: 5,
      failed: ['signatures'],
      said: expect.stringContaining('(signature)'),
    });
  });

  test('another identity is refused', async () => {
    const trust = {
      ...sample.expected.trust,
      identity: { ...sample.expected.trust.identity, san: 'https://example.com/us' },
    };
    expect(await sample.refusalOf(await sample.released(sample.without()), { trust })).toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      exit: 5,
      failed: REQUIREMENTS.map((one) => `attached.${one}`),
      said: expect.stringMatching(/\(identity\): signed by .*foundry.*, not by https:\/\/example\.com\/us/),
    });
  });

  test('another issuer is refused', async () => {
    const identity = { ...sample.expected.trust.identity, issuer: 'https://issuer.example.com' };
    expect(
      await sample.refusalOf(await sample.released(sample.without()), {
        trust: { ...sample.expected.trust, identity },
      }),
    ).toMatchObject({ code: 'FND_SIGNATURE_REFUSED', said: expect.stringContaining('(issuer)') });
  });

  test('another root is refused', async () => {
    const elsewhere = await startSigningStack();
    try {
      const trust = { ...sample.expected.trust, trustedRoot: elsewhere.trust.trustedRoot };
      expect(await sample.refusalOf(await sample.released(sample.without()), { trust })).toMatchObject({
        code: 'FND_SIGNATURE_REFUSED',
        exit: 5,
        failed: ['signatures'],
        said: expect.stringMatching(/\((timestamp|trust-root|log)\)/),
      });
    } finally {
      await elsewhere.dispose();
    }
  });

  test('the provenance of another image is refused', async () => {
    const theirs = await signClaim(sample.stack, sample.other, 'provenance', provenanceOf());
    expect(
      await sample.refusalOf(await sample.released([theirs, ...sample.without('provenance')])),
    ).toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      exit: 5,
      failed: ['signatures'],
      said: expect.stringContaining('(digest)'),
    });
  });
});

describe('evidence that is not there', () => {
  test.each(REQUIREMENTS)('%s: the image is incomplete', async (requirement) => {
    expect(await sample.refusalOf(await sample.released(sample.without(requirement)))).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      exit: 6,
      failed: expect.arrayContaining([`attached.${requirement}`]),
    });
  });

  test('on the manifest: the image is incomplete', async () => {
    expect(await sample.refusalOf(await sample.released(sample.without(), ['index']))).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      exit: 6,
      said: expect.stringContaining('platform manifest'),
    });
  });

  test('because the registry lost one of the manifests that carry it', async () => {
    const there = await sample.released(sample.without());
    const listed = await sample.stack.registry.listReferrers(there.repository, there.digest);
    const sbom = listed.find(
      ({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] === PREDICATE_TYPES.sbom,
    );
    await sample.stack.registry.deleteManifest(there.repository, sbom?.digest as OciDigest);
    expect(await sample.refusalOf(there)).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      exit: 6,
      failed: ['attached.sbom', 'summary'],
    });
  });

  test('because the registry lost the list of it', async () => {
    const there = await sample.released(sample.without());
    const tag = referrersTag(there.digest);
    await sample.stack.registry.putManifest(
      there.repository,
      tag,
      MEDIA_TYPES.index,
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] })),
    );
    expect(await sample.refusalOf(there)).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      exit: 6,
      failed: REQUIREMENTS.map((one) => `attached.${one}`),
    });
  });

  test('in the self-tests: a check that nobody did', async () => {
    expect(
      await sample.refusalOf(await sample.claiming({ 'self-tests': selfTests(CHECKS.slice(1)) })),
    ).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      exit: 6,
      failed: ['self-tests'],
      said: expect.stringContaining(`lacks 1 checks: ${CHECKS[0]}`),
    });
  });

  test('in the gates: a gate that nobody asked', async () => {
    expect(await sample.refusalOf(await sample.claiming({ gates: gates(ALL_GATES.slice(1)) }))).toMatchObject(
      {
        code: 'FND_EVIDENCE_MISSING',
        exit: 6,
        failed: ['gates'],
        said: expect.stringContaining('lacks vulnerabilities'),
      },
    );
  });
});
