import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readText } from '../../../adapters/store/read-bytes.ts';
import type { TokenSource } from '../../../adapters/sigstore/token-source.ts';
import { verifyBundle } from '../../../adapters/sigstore/verify.ts';
import type { Sha256 } from '../../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import { STATED } from './sample-gates.ts';
import { recordOf } from './sample-release.ts';
import { attested, foundPublished } from './sample-work.ts';
import { NO_RESULTS, PUBLISHED, type SigningWorld, startSigningWorld } from './signing-world.ts';

let world: SigningWorld;

beforeAll(async () => {
  world = await startSigningWorld();
});
afterAll(async () => await world.dispose());

describe('the signing worker', () => {
  test('attaches all evidence to index and manifest, sums it up, and signs the record', async () => {
    const sample = await world.attestedSample();
    const { image, release } = sample;
    const { attestations } = await world.signing(release).attestVerification(image);
    const all = [...sample.attestations, ...attestations];

    expect(all.map(({ predicateType, suite }) => [predicateType, suite])).toEqual([
      [PREDICATE_TYPES.sbom, null],
      [PREDICATE_TYPES.provenance, null],
      [PREDICATE_TYPES.testResult, 'self-tests'],
      [PREDICATE_TYPES.vulnerabilities, null],
      [PREDICATE_TYPES.testResult, 'gates'],
      [PREDICATE_TYPES.verificationSummary, null],
    ]);
    const [onIndex, onManifest] = [
      await world.statementsOn(image),
      await world.statementsOn(image, 'manifest'),
    ];
    expect([...onIndex.keys()].toSorted()).toEqual(all.map(({ bundle }) => bundle).toSorted());
    expect([...onManifest.keys()]).toEqual([...onIndex.keys()]);
    const summary = onIndex.get(all[5]?.bundle as Sha256);
    expect(summary?.subject.map(({ name }) => name)).toEqual(
      Array.from({ length: 2 }, () => `${world.registry.host}/${PUBLISHED}`),
    );
    expect(summary?.predicate?.['inputAttestations']).toHaveLength(5);

    const recorded = attested(release, 'attestVerification', image, attestations);
    const { bundle, record } = await world.signing(foundPublished(recorded, image, PUBLISHED)).signRecord({
      status: recordOf(sample, PUBLISHED, all),
    });
    const content = JSON.parse(await readText(world.store, bundle)) as unknown;
    const statement = verifyBundle(content, world.trustedRoot, {
      identity: world.identity,
      subjectDigest: image.image.index.digest,
      predicateType: PREDICATE_TYPES.releaseRecord,
    });
    expect(statement.predicate).toEqual(JSON.parse(await readText(world.store, record)));
  });

  test('attaches what persons state about vulnerabilities, where they do, and sums it up with the rest', async () => {
    const sample = await world.attestedSample({ isStated: true });
    const { image, release } = sample;
    const { attestations } = await world.signing(release).attestVerification(image);
    const vex = sample.attestations.find(({ predicateType }) => predicateType === PREDICATE_TYPES.vex);
    expect(sample.attestations.map(({ predicateType }) => predicateType).slice(3)).toEqual([
      PREDICATE_TYPES.vulnerabilities,
      PREDICATE_TYPES.testResult,
      PREDICATE_TYPES.vex,
    ]);
    const [onIndex, onManifest] = [
      await world.statementsOn(image),
      await world.statementsOn(image, 'manifest'),
    ];
    const statement = onIndex.get(vex?.bundle as Sha256);
    expect(onManifest.get(vex?.bundle as Sha256)).toEqual(statement);
    expect(statement?.predicate).toMatchObject({
      author: 'somebody',
      statements: [
        { vulnerability: { name: STATED }, status: 'not_affected' },
        { vulnerability: { name: 'CVE-2026-0003' }, status: 'affected' },
      ],
    });
    const inputs = onIndex.get(attestations[0]?.bundle as Sha256)?.predicate?.['inputAttestations'];
    expect(inputs).toContainEqual(expect.objectContaining({ digest: { sha256: vex?.bundle } }));
    expect(inputs).toHaveLength(6);
  });

  test('does not sign again what it signed, also when somebody else wrote where results are kept', async () => {
    const sample = await world.sampleIn();
    const first = await world.signing(sample.release).attestBuild(sample.image);
    let tokens = 0;
    const getToken = world.tokens('foundry');
    const counting = {
      getToken: (run: Parameters<TokenSource>[0]) => {
        tokens += 1;
        return getToken(run);
      },
    };
    expect(await world.signing(sample.release, counting).attestBuild(sample.image)).toEqual(first);
    expect(tokens).toBe(0);
    expect((await world.statementsOn(sample.image)).size).toBe(3);

    const planted = await world.store.put(Buffer.from('{}'), 'application/json');
    const results = { find: () => Promise.resolve(planted), record: () => Promise.resolve() };
    await world.signing(sample.release, { ...counting, results }).attestBuild(sample.image);
    expect(tokens).toBe(3);
  });

  test('says for which commit it asked for its token', async () => {
    const sample = await world.sampleIn();
    const asked: unknown[] = [];
    const getToken = (run: unknown): Promise<string> => {
      asked.push(run);
      return Promise.reject(new Error('no token'));
    };
    await expect(
      world.signing(sample.release, { getToken, results: NO_RESULTS }).attestBuild(sample.image),
    ).rejects.toThrow('no token');
    expect(asked[0]).toEqual({ sha: 'c'.repeat(40), run_id: expect.stringMatching(/^[1-9][0-9]*$/) });
  });
});
