import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import { LAB_UNFIXED_CVE } from '../../../lab/advisories/advisory.ts';
import { SAMPLE } from '../../domain/pins/sample-pins.ts';
import { sbomOf } from '../evidence/sbom/described-image.ts';
import { signClaim, statementAbout } from '../verify/released-image.ts';
import { FIXED, later, NEXT, QUIET, stating, UNFIXED } from './sample-news.ts';
import { NOW, type Place, WatchWorld } from './watch-world.ts';

let world: WatchWorld;
let place: Place;

beforeAll(async () => {
  world = await WatchWorld.start();
});
afterAll(async () => await world.stop());
beforeEach(async () => {
  place = world.place();
  await world.know(QUIET);
  await world.pin(SAMPLE);
});

const allBut = (left: keyof typeof world.standard.bundles, ...more: BundleJson[]): BundleJson[] => [
  ...Object.entries(world.standard.bundles).flatMap(([name, bundle]) => (name === left ? [] : [bundle])),
  ...more,
];

describe('a look at what is published', () => {
  test('says zero since the first look that found nothing, and keeps it by digest', async () => {
    const digest = await world.publish(place, '3.5.7', world.standard);
    const other = await world.publish(place, '3.5.7-distroless', world.distroless);
    expect((await world.look(place)).watched).toEqual({
      exposure: 'zero',
      since: NOW.toISOString(),
      images: { published: 2, current: 2 },
      exposures: [],
      stated: [],
      news: [],
      ended: [],
      problems: [],
    });
    expect((await world.look(place, { now: later(1) })).watched.since).toBe(NOW.toISOString());
    expect(await place.record.read()).toMatchObject({
      commit: await world.forge.head(),
      databases: [{ updatedAt: '2026-06-10T00:00:00.000Z' }, {}],
    });
    const images = (await place.record.read())?.images ?? [];
    expect(
      images.map((one) => [one.digest, one.variant, one.version, one.tags, one.vulnerabilities]),
    ).toEqual(
      expect.arrayContaining([
        [digest, 'standard', '3.5.7', ['3.5.7'], []],
        [other, 'distroless', '3.5.7', ['3.5.7-distroless'], []],
      ]),
    );
  });

  test('finds what became known since: exposed, with the fix and the time that policy gives', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.look(place);
    await world.know(FIXED);
    const { watched } = await world.look(place, { now: later(1) });
    expect(watched).toMatchObject({
      exposure: 'exposed, fix available',
      since: later(1).toISOString(),
      exposures: [
        {
          id: NEXT,
          severity: 'critical',
          variants: ['standard'],
          packages: ['openssl 3.5.7-r0'],
          fixes: ['openssl 3.5.8'],
          deadline: later(1 + 7 * 24).toISOString(),
        },
      ],
      news: [NEXT],
      problems: [],
    });
  });

  test('says when there is no fix; and a statement on the branch ends the exposure, by itself at the next look', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.know(UNFIXED);
    const { watched } = await world.look(place);
    expect(watched).toMatchObject({
      exposure: 'exposed, no fix',
      exposures: [{ fixes: [], deadline: null }],
    });
    await world.pin(stating(LAB_UNFIXED_CVE));
    expect((await world.look(place, { now: later(2) })).watched).toMatchObject({
      exposure: 'zero',
      since: later(2).toISOString(),
      stated: [LAB_UNFIXED_CVE],
      ended: [LAB_UNFIXED_CVE],
    });
    const [image] = (await place.record.read())?.images ?? [];
    expect(image?.vulnerabilities).toMatchObject([
      {
        id: LAB_UNFIXED_CVE,
        firstSeen: NOW.toISOString(),
        stated: expect.stringContaining('it is not built in'),
        spans: [{ from: NOW.toISOString(), until: later(2).toISOString() }],
        endedAt: null,
      },
    ]);
  });

  test('ends what an image was exposed to when its tag is gone, and says of nothing that it is zero', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.know(UNFIXED);
    await world.look(place);
    await world.stack.registry.deleteTag(place.repository, '3.5.7');
    expect((await world.look(place, { now: later(1) })).watched).toMatchObject({
      exposure: 'unknown',
      images: { published: 0, current: 0 },
      ended: [LAB_UNFIXED_CVE],
      problems: [{ code: 'nothing-published' }],
    });
    const [image] = (await place.record.read())?.images ?? [];
    expect(image).toMatchObject({ tags: [], unpublishedAt: later(1).toISOString() });
    expect(image?.vulnerabilities).toMatchObject([
      { ending: 'unpublished', endedAt: later(1).toISOString() },
    ]);
  });

  test('does not take records, packages and lists of attestations for images', async () => {
    await world.publish(place, '3.5.7', world.standard);
    for (const tag of ['record-3.5.7', `packages-3.5.7-${'a'.repeat(12)}`])
      await world.publish(place, tag, world.distroless, []);
    expect((await world.look(place)).watched).toMatchObject({ exposure: 'zero', images: { published: 1 } });
  });
});

describe('an image that cannot be believed is named, and never zero:', () => {
  const refusedWith = async (bundles: readonly BundleJson[]): Promise<unknown> => {
    await world.publish(place, '3.5.7', world.standard, bundles);
    const { watched } = await world.look(place);
    expect(watched.exposure).toBe('unknown');
    return watched.problems;
  };
  const problem = (code: string, said: string): unknown => [
    { what: '3.5.7', digest: expect.any(String), code, message: expect.stringContaining(said) },
  ];

  test('no SBOM is attached', async () => {
    expect(await refusedWith(allBut('sbom'))).toEqual(problem('FND_EVIDENCE_MISSING', 'no SBOM of ours'));
  });

  test('its SBOM was changed after it was signed', async () => {
    const bundle = structuredClone(world.standard.bundles.sbom) as BundleJson & {
      dsseEnvelope: { payload: string };
    };
    const text = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8');
    bundle.dsseEnvelope.payload = Buffer.from(text.replaceAll('3.5.7-r0', '3.5.9-r0')).toString('base64');
    expect(await refusedWith(allBut('sbom', bundle))).toEqual(
      problem('FND_SIGNATURE_REFUSED', 'these bytes are not what the certificate signed'),
    );
  });

  test('its SBOM is by somebody else', async () => {
    const { image } = world.standard;
    const statement = statementAbout(image, PREDICATE_TYPES.sbom, await sbomOf(image));
    const bundle = await world.stack.sign(statement, 'stranger');
    expect(await refusedWith(allBut('sbom', bundle))).toEqual(problem('FND_SIGNATURE_REFUSED', 'not by'));
  });

  test('its SBOM is about another image', async () => {
    expect(await refusedWith(allBut('sbom', world.distroless.bundles.sbom))).toEqual(
      problem('FND_SIGNATURE_REFUSED', '(digest)'),
    );
  });

  test('its SBOM describes another image', async () => {
    const bundle = await signClaim(
      world.stack,
      world.standard.image,
      'sbom',
      await sbomOf(world.distroless.image),
    );
    expect(await refusedWith(allBut('sbom', bundle))).toEqual(problem('FND_SBOM_MISMATCH', 'the SBOM is of'));
  });

  test('a tag says that it is another one', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.publish(place, '3.5.8-dev', world.standard);
    expect((await world.look(place)).watched).toMatchObject({
      exposure: 'unknown',
      problems: [
        { code: 'FND_TAG_MOVED', message: expect.stringContaining('3.5.8-dev lead to standard 3.5.7') },
      ],
    });
  });

  test('the scanner saw nothing in it', async () => {
    await world.publish(place, '3.5.7', world.standard);
    const scanner = join(world.folder, 'blind-scanner');
    const report = {
      SchemaVersion: 2,
      Trivy: { Version: '0' },
      ArtifactType: 'cyclonedx',
      Metadata: { OS: { Family: 'wolfi' } },
    };
    await writeFile(scanner, `#!/bin/sh\necho '${JSON.stringify(report)}' > /scan/out/report.json\n`, {
      mode: 0o755,
    });
    expect((await world.look(place, { scanner })).watched).toMatchObject({
      exposure: 'unknown',
      problems: [{ code: 'VULN-RUN', message: expect.stringContaining('it saw no packages') }],
    });
  });

  test('the others are still looked at, and what was known of it stays', async () => {
    await world.know(UNFIXED);
    await world.publish(place, '3.5.7', world.standard);
    await world.look(place);
    await world.know(QUIET);
    await world.publish(place, '3.5.7-distroless', world.distroless, []);
    expect((await world.look(place, { now: later(1) })).watched).toMatchObject({
      exposure: 'unknown',
      ended: [LAB_UNFIXED_CVE],
      problems: [{ what: '3.5.7-distroless', code: 'FND_EVIDENCE_MISSING' }],
    });
  });
});

describe('a look that could not be done says nothing but that, and leaves the record as it was:', () => {
  test('the database is stale', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.know(UNFIXED);
    await world.look(place);
    const before = await readFile(place.path, 'utf8');
    await world.know(QUIET);
    const { watched, record } = await world.look(place, { now: later(13) });
    expect(record).toBeNull();
    expect(watched).toMatchObject({
      exposure: 'unknown',
      since: null,
      exposures: [{ id: LAB_UNFIXED_CVE }],
      problems: [{ code: 'VULN-DATABASE-AGE', message: expect.stringContaining('25 hours ago') }],
    });
    expect(await readFile(place.path, 'utf8')).toBe(before);
  });

  test('the branch has no versions.hcl that can be read', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.pin('schema = 2\n');
    await expect(world.look(place)).rejects.toMatchObject({ code: 'FND_BAD_PINS' });
    expect(await place.record.read()).toBeUndefined();
  });

  test('the record itself is damaged: nothing is made up in its place', async () => {
    await world.publish(place, '3.5.7', world.standard);
    await world.look(place);
    await writeFile(place.path, '{}');
    await expect(world.look(place)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
    expect(await readFile(place.path, 'utf8')).toBe('{}');
  });
});

describe('the forge', () => {
  test('is told of a vulnerability once, of what changes, and when it is over; and not by who may not', async () => {
    await world.publish(place, '3.5.7', world.standard);
    expect(await world.tell(await world.look(place))).toBe('nothing new');
    await world.know(UNFIXED);
    const found = await world.look(place, { now: later(1) });
    await expect(world.tell(found, world.forge.reader)).rejects.toMatchObject({ code: 'FND_PERMISSION' });
    expect(await world.tell(found)).toBe(`issues: opened ${LAB_UNFIXED_CVE}`);
    expect(await world.tell(found)).toBe('nothing new');
    expect(await world.tell(await world.look(place, { now: later(2) }))).toBe('nothing new');
    expect(await world.issues()).toMatchObject([
      {
        title: `${LAB_UNFIXED_CVE} in published images`,
        state: 'open',
        labels: [{ name: 'security' }],
        body: expect.stringContaining('There is no fix yet, so no time is counted'),
      },
    ]);
    await world.publish(place, '3.5.7-distroless', world.distroless);
    const more = await world.look(place, { now: later(3) });
    expect(await world.tell(more)).toBe(`issues: updated ${LAB_UNFIXED_CVE}`);
    await world.pin(stating(LAB_UNFIXED_CVE));
    expect(await world.tell(await world.look(place, { now: later(4) }))).toBe(
      `issues: closed ${LAB_UNFIXED_CVE}`,
    );
    expect(await world.issues()).toMatchObject([
      { state: 'closed', body: expect.stringContaining('No current image is exposed to it any more.') },
    ]);
    await world.pin(SAMPLE);
    expect(await world.tell(await world.look(place, { now: later(5) }))).toBe(
      `issues: updated ${LAB_UNFIXED_CVE}`,
    );
    expect(await world.issues()).toMatchObject([{ state: 'open' }]);
    expect(world.forge.failures).toEqual([]);
  });
});
