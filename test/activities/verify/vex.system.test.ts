import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyImage } from '../../../activities/verify/verify-image.ts';
import type { ReadableImage } from '../../../adapters/sigstore/read-attached.ts';
import { statusNotes, type StatedVulnerability } from '../../../domain/evidence/openvex.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import {
  type Claims,
  signAll,
  signClaim,
  STATED,
  statedGates,
  statedVulnerabilities,
  statementAbout,
  summaryOf,
  vexOf,
} from './released-image.ts';
import { SampleRelease } from './sample-release.ts';

let sample: SampleRelease;

beforeAll(async () => {
  sample = await SampleRelease.make();
});
afterAll(() => sample.stack.dispose());

/** The image after a release in which a vulnerability passed by a statement, with this VEX, or without one. */
async function stating(vex?: object, changed: Partial<Claims> = {}): Promise<ReadableImage> {
  const passed = { vulnerabilities: statedVulnerabilities(), gates: statedGates(), ...changed };
  return await sample.claiming(vex === undefined ? passed : { ...passed, vex });
}

const HELD = { status_notes: statusNotes('2026-01-31', 'a@example.com') };

describe('a vulnerability that passed by a statement', () => {
  test('is told with what is stated, and counts among all that was verified', async () => {
    const { checks, attestations } = await verifyImage(await stating(vexOf(sample.image)), sample.expected);
    const ids = checks.map(({ id }) => id);
    expect(ids.slice(ids.indexOf('attached.summary'))).toEqual([
      'attached.summary',
      'attached.vex',
      'withdrawn',
      'name',
      'provenance',
      'pins',
      'sbom',
      'self-tests',
      'vulnerabilities',
      'gates',
      'vex',
      'summary',
    ]);
    expect(checks.find(({ id }) => id === 'vex')?.detail).toBe(
      `${STATED} not_affected; passed by it: ${STATED}`,
    );
    expect(checks.find(({ id }) => id === 'gates')?.detail).toContain(`stated: vulnerabilities.${STATED}`);
    expect(attestations.vex?.statement.predicateType).toBe(PREDICATE_TYPES.vex);
  });

  test.each(['vulnerabilities', 'gates'] as const)(
    'without the statement makes the image incomplete, also when the %s alone say so',
    async (kind) => {
      const claim =
        kind === 'gates' ? { gates: statedGates() } : { vulnerabilities: statedVulnerabilities() };
      expect(await sample.refusalOf(await sample.claiming(claim))).toMatchObject({
        code: 'FND_EVIDENCE_MISSING',
        exit: 6,
        failed: ['attached.vex'],
        said: 'no VEX statement of ours is attached to the index',
      });
    },
  );

  test('with a statement on the index alone makes the image incomplete', async () => {
    const vex = await signClaim(sample.stack, sample.image, 'vex', vexOf(sample.image));
    const { summary: _, ...others } = await signAll(sample.stack, sample.image, {
      vulnerabilities: statedVulnerabilities(),
      gates: statedGates(),
    });
    const summary = await signClaim(
      sample.stack,
      sample.image,
      'summary',
      summaryOf([...Object.values(others), vex]),
    );
    const there = await sample.released([...Object.values(others), summary]);
    await sample.attach(there, vex);
    expect(await sample.refusalOf(there)).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      failed: ['attached.vex', 'summary'],
      said: 'no VEX statement of ours is attached to the platform manifest',
    });
  });

  test('by a statement of somebody else is refused', async () => {
    const theirs = await sample.stack.sign(
      statementAbout(sample.image, PREDICATE_TYPES.vex, vexOf(sample.image)),
      'stranger',
    );
    const bundles = await signAll(sample.stack, sample.image, { gates: statedGates() });
    expect(await sample.refusalOf(await sample.released([...Object.values(bundles), theirs]))).toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      exit: 5,
      failed: ['attached.vex'],
    });
  });

  test('by a statement that its summary was made without is refused', async () => {
    const bundles = await signAll(sample.stack, sample.image, { gates: statedGates() });
    const vex = await signClaim(sample.stack, sample.image, 'vex', vexOf(sample.image));
    expect(await sample.refusalOf(await sample.released([...Object.values(bundles), vex]))).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      failed: ['attached.vex'],
    });
  });

  test.each<[string, Partial<StatedVulnerability>, string]>([
    [
      'another CVE',
      { vulnerability: { name: 'CVE-2026-1001' } },
      `${STATED} passed by a statement, and it says`,
    ],
    [
      'that it is affected',
      { status: 'affected', action_statement: 'wait' },
      `${STATED} passed by a statement, and is stated affected`,
    ],
    ['that somebody looks into it', { status: 'under_investigation' }, 'is stated under_investigation'],
    ['that it held until a day before', HELD, `what it says of ${STATED} held until 2026-01-31`],
  ])('by a statement that says %s is refused', async (_name, changes, said) => {
    expect(await sample.refusalOf(await stating(vexOf(sample.image, changes)))).toMatchObject({
      code: 'FND_RESULT_REFUSED',
      exit: 5,
      failed: ['vex'],
      said: expect.stringContaining(said),
    });
  });

  test('by what is stated about another image is refused', async () => {
    expect(await sample.refusalOf(await stating(vexOf(sample.other)))).toMatchObject({
      code: 'FND_RESULT_REFUSED',
      said: expect.stringContaining('is about other products'),
    });
  });

  test('by two statements is refused, whichever is the right one', async () => {
    const [again] = vexOf(sample.image, { status: 'affected', action_statement: 'wait' }).statements;
    const twice = vexOf(sample.image, {}, again === undefined ? [] : [again]);
    expect(await sample.refusalOf(await stating(twice))).toMatchObject({
      said: expect.stringContaining(`${STATED} is stated twice`),
    });
  });

  test('by a document of another form is refused', async () => {
    expect(
      await sample.refusalOf(await stating({ ...vexOf(sample.image), tooling: 'by hand' })),
    ).toMatchObject({ code: 'FND_RESULT_REFUSED', failed: ['vex'] });
    const { status_notes: _, ...bare } = vexOf(sample.image).statements[0] ?? {};
    expect(
      await sample.refusalOf(await stating({ ...vexOf(sample.image), statements: [bare] })),
    ).toMatchObject({ code: 'FND_RESULT_REFUSED', failed: ['vex'] });
  });
});

describe('an image of which nothing passed by a statement', () => {
  test('may carry what is stated all the same', async () => {
    const there = await sample.claiming({ vex: vexOf(sample.image, { status: 'under_investigation' }) });
    const { checks } = await verifyImage(there, sample.expected);
    expect(checks.find(({ id }) => id === 'vex')?.detail).toBe(
      `${STATED} under_investigation; nothing passed by it`,
    );
  });

  test('is incomplete without what its summary was made from', async () => {
    const bundles = await signAll(sample.stack, sample.image, { vex: vexOf(sample.image) });
    const { vex: _, ...others } = bundles;
    expect(await sample.refusalOf(await sample.released(Object.values(others)))).toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      failed: ['summary'],
    });
  });

  test('is taken by its own summary when a release before it had a statement', async () => {
    const vex = await signClaim(sample.stack, sample.image, 'vex', vexOf(sample.image));
    const { checks } = await verifyImage(await sample.released([vex, ...sample.without()]), sample.expected);
    expect(checks.map(({ id }) => id)).not.toContain('vex');
  });
});
