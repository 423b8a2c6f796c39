import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuarantined } from '../../../activities/sign/verify-quarantined.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import { startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';
import { gated, PASSED_BY_STATEMENT, STATED } from './sample-gates.ts';
import { makeSampleRelease, recordOf } from './sample-release.ts';
import { attested, changed, foundPublished } from './sample-work.ts';
import { NO_RESULTS, PUBLISHED, type SigningWorld, startSigningWorld } from './signing-world.ts';

let world: SigningWorld;

beforeAll(async () => {
  world = await startSigningWorld();
});
afterAll(async () => await world.dispose());

describe('the signing worker signs nothing', () => {
  test('when what lies in quarantine is not what history says', async () => {
    const sample = await world.sampleIn();
    const other = await makeSampleRelease(world.store, {
      registry: world.registry.host,
      repository: 'quarantine/nowhere/standard',
    });
    await expect(world.signing(other.release).attestBuild(other.image)).rejects.toMatchObject({
      code: 'FND_UNREACHABLE',
      message: expect.stringContaining('no such manifest'),
    });
    const place = { ...sample.image.place, digest: ociDigest(sha256('other')) };
    await expect(world.signing(sample.release).attestBuild({ ...sample.image, place })).rejects.toMatchObject(
      {
        code: 'FND_NOT_RECORDED',
      },
    );
    expect((await world.statementsOn(sample.image)).size).toBe(0);
  });

  test('when a registry gives other bytes than were put in', async () => {
    const liar = await startMemoryRegistry();
    try {
      const sample = await world.sampleIn(liar.client);
      const { manifests } = liar.repository(sample.image.place.repository);
      const { digest } = sample.image.place;
      const there = manifests.get(digest);
      if (there === undefined) throw new Error('the index is there');
      manifests.set(digest, { ...there, bytes: Buffer.from(`${there.bytes.toString('utf8')} `) });
      await expect(
        world.signing(sample.release, { registry: liar.client }).attestBuild(sample.image),
      ).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
    } finally {
      await liar.close();
    }
  });

  test('when the image was not finished from what the builders composed', async () => {
    const sample = await world.sampleIn();
    await expect(
      world
        .signing(sample.release, { maker: { vendor: 'somebody else', notice: undefined } })
        .attestBuild(sample.image),
    ).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('config of the finished standard'),
    });
  });

  test('when a self-test is missing behind an outcome that passed', async () => {
    const sample = await world.sampleIn();
    const release = changed(sample.release, 'selftestImage', () => ({
      result: sample.release.activities.find(({ name }) => name === 'auditPlan')?.result,
    }));
    await expect(world.signing(release).attestBuild(sample.image)).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('lack FIPS-'),
    });
  });

  test('when a gate is missing, or its result says other things than its outcome', async () => {
    const { release, image } = await world.sampleIn();
    const isIt = ({ order }: { order: unknown }): boolean =>
      (order as { gate: string }).gate === 'cis-docker';
    const missing = changed(release, 'runGate', (activity) => (isIt(activity) ? null : {}));
    await expect(world.signing(missing).attestGates(image)).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('it shows no gate cis-docker'),
    });
    const check = { id: 'CIS-1', title: 'a check', verdict: 'fail' as const, detail: 'seen' };
    const { result } = await gated(world.store, 'cis-docker', image.place.digest, { checks: [check] });
    const lying = changed(release, 'runGate', (activity) =>
      isIt(activity) ? { result: { ...(activity.result as object), result } } : {},
    );
    await expect(world.signing(lying).attestGates(image)).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('0 checks passed, 1 failed'),
    });
    const waiving = await gated(world.store, 'cis-docker', image.place.digest, { waived: ['CANARY'] });
    const unfounded = changed(release, 'runGate', (activity) => (isIt(activity) ? { result: waiving } : {}));
    await expect(world.signing(unfounded).attestGates(image)).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('no valid waiver for CANARY'),
    });
  });

  test('when a vulnerability passed, and nobody states now that it does no harm', async () => {
    const stated = await world.sampleIn(undefined, { isStated: true });
    const late = () => new Date('2027-01-01T00:00:00Z');
    await expect(
      world.signing(stated.release, { now: late }).attestGates(stated.image),
    ).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining(`no valid statement (vex) that does away with ${STATED}`),
    });
    const { release, image } = await world.sampleIn();
    const isIt = ({ order }: { order: unknown }): boolean =>
      (order as { gate: string }).gate === 'vulnerabilities';
    const { findings = [] } = PASSED_BY_STATEMENT;
    for (const changes of [PASSED_BY_STATEMENT, { findings }]) {
      const passing = await gated(world.store, 'vulnerabilities', image.place.digest, changes);
      const unfounded = changed(release, 'runGate', (activity) =>
        isIt(activity) ? { result: passing } : {},
      );
      await expect(world.signing(unfounded).attestGates(image)).rejects.toMatchObject({
        code: 'FND_NOT_RECORDED',
        message: expect.stringContaining(`no valid statement (vex) that does away with ${STATED}`),
      });
    }
    expect((await world.statementsOn(image)).size).toBe(0);
  });

  test('of a verification, when what is stated is lost, though something passed by it', async () => {
    const sample = await world.attestedSample({ isStated: true });
    const { image } = sample;
    const tag = image.place.digest.replace(':', '-');
    const list = await world.registry.getManifest(image.place.repository, tag);
    const { manifests, ...rest } = JSON.parse(Buffer.from(list.bytes).toString('utf8')) as {
      manifests: { annotations?: Record<string, string> }[];
    };
    const shorter = manifests.filter(
      ({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] !== PREDICATE_TYPES.vex,
    );
    expect(shorter).toHaveLength(manifests.length - 1);
    const bytes = Buffer.from(JSON.stringify({ ...rest, manifests: shorter }));
    await world.registry.putManifest(image.place.repository, tag, list.mediaType, bytes);
    await expect(world.signing(sample.release).attestVerification(image)).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      message: expect.stringContaining('no VEX statement of ours'),
    });
  });

  test('with the token of somebody else, and attaches nothing', async () => {
    const sample = await world.sampleIn();
    const getToken = world.tokens('stranger');
    await expect(
      world.signing(sample.release, { getToken, results: NO_RESULTS }).attestBuild(sample.image),
    ).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED', reason: 'identity' });
    expect((await world.statementsOn(sample.image)).size).toBe(0);
  });

  test('when the registry loses what it took', async () => {
    const forgetful = await startMemoryRegistry({ hasReferrers: true });
    try {
      const sample = await world.sampleIn(forgetful.client);
      const losing = (after: number): Registry => {
        let asked = 0;
        const listReferrers: Registry['listReferrers'] = async (...args) => {
          const all = await forgetful.client.listReferrers(...args);
          asked += 1;
          return asked > after ? all.slice(0, 2) : all;
        };
        return { ...forgetful.client, listReferrers };
      };
      // Three bundles on two subjects: the list is read after each, and once more when all is read back.
      await expect(
        world.signing(sample.release, { registry: losing(6) }).attestBuild(sample.image),
      ).rejects.toMatchObject({ code: 'FND_EVIDENCE_MISSING' });
      await expect(
        world.signing(sample.release, { registry: losing(0) }).attestBuild(sample.image),
      ).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
    } finally {
      await forgetful.close();
    }
  });

  test('of a verification, when less or more is attached than was signed', async () => {
    const sample = await world.attestedSample();
    const { image } = sample;
    const { repository } = image.place;
    const verification = {
      registry: world.registry,
      published: `${world.registry.host}/${PUBLISHED}`,
      builder: 'embedded' as const,
      trustedRoot: world.trustedRoot,
      identity: world.identity,
    };
    const [first, ...recorded] = sample.attestations;
    await expect(verifyQuarantined(verification, { ...sample, recorded })).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining(`not signed for it: ${first?.bundle}`),
    });
    const tag = image.place.digest.replace(':', '-');
    const list = await world.registry.getManifest(repository, tag);
    const parsed = JSON.parse(Buffer.from(list.bytes).toString('utf8')) as { manifests: unknown[] };
    const shorter = Buffer.from(JSON.stringify({ ...parsed, manifests: parsed.manifests.slice(1) }));
    await world.registry.putManifest(repository, tag, list.mediaType, shorter);
    await expect(world.signing(sample.release).attestVerification(image)).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
    });
  });

  test('of a record that says other things than history', async () => {
    const sample = await world.attestedSample();
    const { image } = sample;
    const { attestations } = await world.signing(sample.release).attestVerification(image);
    const verified = attested(sample.release, 'attestVerification', image, attestations);
    const release = foundPublished(verified, image, PUBLISHED);
    const all = [...sample.attestations, ...attestations];
    const right = recordOf(sample, PUBLISHED, all);
    const refused = async (status: object): Promise<string> => {
      const error: unknown = await world
        .signing(release)
        .signRecord({ status: { ...right, ...status } })
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'FND_NOT_RECORDED' });
      return String(error);
    };
    await expect(world.signing(verified).signRecord({ status: right })).rejects.toMatchObject({
      code: 'FND_NOT_RECORDED',
      message: expect.stringContaining('as a consumer has'),
    });
    const [released] = right.images;
    expect(await refused({ state: 'running' })).toContain('a release that is running');
    expect(await refused({ commit: 'a'.repeat(40) })).toContain('the record is of');
    expect(await refused({ images: [] })).toContain('the release has standard');
    expect(await refused({ images: [{ ...released, tag: 'latest' }] })).toContain('expected');
    expect(await refused({ images: [{ ...released, digest: ociDigest(sha256('other')) }] })).toContain(
      'no verification of standard',
    );
    expect(await refused({ images: [{ ...released, attestations: all.slice(1) }] })).toContain(
      'other attestations',
    );
    expect(await refused({ approval: { by: 'me', reason: 'fine', at: '2026-11-22T12:00:00Z' } })).toContain(
      'me approved it',
    );
    const [audit, ...stages] = right.stages;
    expect(await refused({ stages: [{ ...audit, state: 'fail' }, ...stages] })).toContain(
      'stage audit is fail',
    );
    expect(await refused({ stages })).toContain('other stages');
    const evidence = { digest: sha256('made up'), size: 1, mediaType: 'application/json' };
    const outcome = { verdict: 'pass', counts: { pass: 1, fail: 0, 'not-run': 0 }, failed: [], evidence };
    const part = { name: 'made up', state: 'pass', seconds: 1, detail: null, outcome };
    expect(await refused({ stages: [{ ...audit, parts: [part] }, ...stages] })).toContain(
      'not one that an activity had',
    );
  });
});
