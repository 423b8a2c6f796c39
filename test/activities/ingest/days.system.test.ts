import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSha256 } from '../../../domain/digest.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { recordPins } from '../../../domain/pins/record-pins.ts';
import { sourceUrl } from '../../../domain/pins/source.ts';
import {
  activitiesOf,
  ingest,
  type IngestLab,
  pinsOf,
  startIngestLab,
  stopIngestLab,
  storeOf,
} from './ingest-lab.ts';

let here: IngestLab;

beforeAll(async () => {
  here = await startIngestLab();
  await ingest(here);
});
afterAll(async () => await stopIngestLab(here));

describe('as the days go by', () => {
  it('day 1: a patched package becomes a pin where no base image holds it, and nothing else moves', async () => {
    await here.lab.advance(1);
    const { plan, commit } = await ingest(here);

    expect(plan.bumps).toMatchObject([
      { kind: 'package', name: 'ncurses', reason: 'newer', purposes: ['standard', 'development'] },
    ]);
    expect(plan.rebuilds).toEqual(['standard', 'development']);
    expect(plan.waiting).toEqual([]);
    expect(await ingest(here)).toMatchObject({ isChanged: false, commit });
  });

  it('day 2: a new base image becomes one, with the package that it brings', async () => {
    await here.lab.advance(2);
    const { plan } = await ingest(here);

    expect(plan.bumps.map(({ kind, name }) => (kind === 'package' ? name : kind))).toEqual([
      'base-image',
      'zlib',
    ]);
    expect(plan.rebuilds).toEqual(['standard', 'development']);
  });

  it('day 3: the core release that fixes CVEs becomes one, at its verified digest and its day', async () => {
    const before = readVersions((await pinsOf(here)).versions, 'versions.hcl').core;
    await here.lab.advance(3);
    const { plan } = await ingest(here);
    const { core } = readVersions((await pinsOf(here)).versions, 'versions.hcl');

    expect(plan.bumps).toMatchObject([{ kind: 'core', from: before.version, reason: 'security' }]);
    expect(plan.bumps[0]?.fixes).not.toEqual([]);
    expect(core).toMatchObject({ version: here.lab.now().today.newestCore, revision: 0 });
    expect(core.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(core.released > before.released).toBe(true);
  });

  it('day 4: a vulnerability without a fix changes no pin', async () => {
    await here.lab.advance(4);

    expect(await ingest(here)).toMatchObject({
      isChanged: false,
      plan: { bumps: [], waiting: [], alarms: [] },
    });
  });

  it('day 5: an index whose signature does not fit is refused', async () => {
    await here.lab.advance(5);
    const { code, message } = await refusal();

    expect(code).toBe('FND_SIGNATURE_REFUSED');
    expect(message).toContain('APKINDEX.tar.gz');
  });

  it('day 6: a source with other bytes is refused by its pin, and by its signature where no pin is', async () => {
    const newest = here.lab.now().today.newestCore;
    const { versions } = await pinsOf(here);
    const bumped = patchHcl(
      versions,
      [
        { op: 'replace', path: ['core', 'version'], value: newest },
        { op: 'remove', path: ['core', 'sha256'] },
      ],
      'versions.hcl',
    );
    const published = await (await fetch(`${sourceUrl(readVersions(bumped, 'x').core)}.sha256`)).text();
    const sha256 = parseSha256(published.slice(0, 64), 'published digest');
    await here.lab.advance(6);

    await expect(resolve(recordPins(bumped, 'versions.hcl', { core: { sha256 } }))).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
    await expect(resolve(bumped)).rejects.toMatchObject({
      code: 'FND_SIGNATURE_REFUSED',
      message: expect.stringContaining(`openssl-${newest}.tar.gz`) as string,
    });
  });

  it('day 7 and 8: outages end as such, and nothing is written', async () => {
    for (const day of [7, 8]) {
      await here.lab.advance(day);
      expect((await refusal()).code).toBe('FND_UNREACHABLE');
    }
  });

  it('day 9: all is well again', async () => {
    await here.lab.advance(9);
    await ingest(here);

    expect(await ingest(here)).toMatchObject({ isChanged: false });
  });
});

/** Runs ingest, which must be refused with forge and store as they were. */
async function refusal(): Promise<{ code: string; message: string }> {
  const before = [await pinsOf(here), await storeOf(here).list()];
  const error: unknown = await ingest(here).catch((thrown: unknown) => thrown);
  expect([await pinsOf(here), await storeOf(here).list()]).toEqual(before);
  return error as { code: string; message: string };
}

async function resolve(versions: string): Promise<unknown> {
  const activities = await activitiesOf(here, storeOf(here));
  return activities.resolvePins({ versions, lock: null, isDryRun: false });
}
