import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyAttestations } from '../../../activities/publish/copy-attestations.ts';
import { copyImage } from '../../../activities/publish/copy-image.ts';
import { planWithdrawal } from '../../../activities/publish/plan-withdrawal.ts';
import { readPublished } from '../../../activities/watch/read-published.ts';
import { makeDocument } from '../../../adapters/oci-layout/layout.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { ANONYMOUS } from '../../../adapters/registry/credentials.ts';
import { type Descriptor, MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import { runVerify, type Verification } from '../../../client/verify/run-verify.ts';
import type { VerifySettings } from '../../../client/verify/verify-settings.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { BUILDER_IDS } from '../../../domain/evidence/project.ts';
import { sourceUri } from '../../../domain/evidence/provenance.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { builtTool } from '../../adapters/registry/built-tool.ts';
import { writeLayoutOf } from '../../release/layout-of.ts';
import { PUBLISHED, type SigningWorld, startSigningWorld } from '../sign/signing-world.ts';
import { type JoinedRelease, publishJoined } from './joined-release.ts';

let world: SigningWorld;
let released: JoinedRelease;
let settings: VerifySettings;
let name: string;
let version: string;
let commit: string;
let folder: string;
let copies = 0;

beforeAll(async () => {
  world = await startSigningWorld();
  released = await publishJoined(world);
  const { registry, trustedRoot, identity } = world;
  const { plan, lock } = released.sample.read;
  ({ version, commit } = plan);
  name = `${registry.host}/${PUBLISHED}`;
  settings = {
    trust: { trustedRoot, identity },
    builders: [BUILDER_IDS.embedded],
    name,
    source: sourceUri(plan.source),
    commit,
    lock,
    published: { registry: registry.host, repository: PUBLISHED },
    login: ANONYMOUS,
  };
  folder = await mkdtemp(join(tmpdir(), 'foundry-joined-'));
});
afterAll(async () => {
  await world.dispose();
  await rm(folder, { recursive: true });
});

const PLATFORMS = ['linux/amd64', 'linux/arm64'];

async function verify(what: string): Promise<Verification> {
  return await runVerify({ what, settings, signal: new AbortController().signal });
}

/** What a verification comes to: the verdict, the code, and for each part whether all its checks passed. */
async function verdictOf(what: string): Promise<[string, string | undefined, boolean[]]> {
  const { verdict, refusal, parts } = await verify(what);
  const passed = parts.map(({ checks }) => checks.every((check) => check.verdict === 'pass'));
  return [verdict, refusal?.code, passed];
}

function manifestOf(platform: number): OciDigest {
  const { bytes } = released.sample.images[platform] ?? {};
  if (bytes === undefined) throw new Error('there are two images');
  return bytes.manifest.descriptor.digest;
}

async function bundlesOn(digest: OciDigest): Promise<string[]> {
  const found = await readAttachedBundles({ registry: world.registry, repository: PUBLISHED, digest });
  return found.map((one) => one.digest).toSorted();
}

function bundlesOf(...signed: readonly (readonly Attestation[])[]): string[] {
  return signed.flatMap((those) => those.map(({ bundle }) => bundle)).toSorted();
}

/** The images copied to a place of their own, with what is listed on the index and on the manifest of each platform. */
async function copied(
  onIndex: readonly Attestation[],
  ...onManifests: readonly (readonly Attestation[])[]
): Promise<string> {
  copies += 1;
  const to = `copies/place-${copies}`;
  const copying = { registry: world.registry, from: PUBLISHED, to, copied: new Set<OciDigest>() };
  await copyImage(copying, released.digest);
  await copyAttestations(copying, released.digest, onIndex);
  for (const [at, attestations] of onManifests.entries())
    await copyAttestations(copying, manifestOf(at), attestations);
  return to;
}

const referenceIn = (repository: string, digest = released.digest): string =>
  `${world.registry.host}/${repository}@${digest}`;

describe('a release of two platforms', () => {
  test('has one tag that leads to both, and each is what a consumer may take', async () => {
    expect(released.consumed.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(new Set(released.promoted.map(({ tag, digest }) => `${tag} ${digest}`)).size).toBe(1);
    const tags = (await world.registry.listTags(PUBLISHED)).filter((tag) => !tag.startsWith('sha256-'));
    expect(tags.toSorted()).toEqual([
      version,
      `record-${version}`,
      `record-${version}-${commit.slice(0, 12)}`,
    ]);
    const crane = await builtTool('crane');
    for (const [at, platform] of PLATFORMS.entries()) {
      const args = ['digest', '--insecure', '--platform', platform, `${name}:${version}`];
      const { stdout } = await runTool({ tool: 'crane', file: crane, args });
      expect(stdout.trim()).toBe(manifestOf(at));
    }
  });

  test('has the evidence of both on its index, and on each manifest its own', async () => {
    const [amd64 = [], arm64 = []] = released.signed;
    expect([amd64.length, arm64.length]).toEqual([6, 6]);
    const onIndex = await bundlesOn(released.digest);
    expect(onIndex).toHaveLength(13);
    expect(onIndex).toEqual(expect.arrayContaining(bundlesOf(amd64, arm64)));
    expect(await bundlesOn(manifestOf(0))).toEqual(bundlesOf(amd64));
    expect(await bundlesOn(manifestOf(1))).toEqual(bundlesOf(arm64));
  });

  test('is verified once for each platform, by tag, by digest, by its record, and from a disk', async () => {
    const parts = PLATFORMS.map((platform) => `${name}@${released.digest} (${platform})`);
    for (const what of ['standard', `${PUBLISHED}:${version}`, referenceIn(PUBLISHED)]) {
      const { verdict, parts: found, refusal } = await verify(what);
      expect([what, verdict, refusal?.message]).toEqual([what, 'verified', undefined]);
      expect(found.map((part) => part.name)).toEqual(parts);
    }
    const { verdict, parts: recorded } = await verify('latest');
    expect(verdict).toBe('verified');
    expect(recorded.map((part) => part.name)).toEqual(['the record', ...parts]);
    const layout = join(folder, 'layout');
    await writeLayoutOf({ registry: world.registry, repository: PUBLISHED, digest: released.digest }, layout);
    expect(await verdictOf(layout)).toEqual(['verified', undefined, [true, true]]);
  });

  test('is read by the watch as two images, each with its own SBOM', async () => {
    const { trust, source = '' } = settings;
    const read = await Promise.all(
      (['linux/amd64', 'linux/arm64'] as const).map((platform) =>
        readPublished(
          { registry: world.registry, repository: PUBLISHED },
          { digest: released.digest, tags: [version], platform },
          { trust, builder: 'embedded', source },
        ),
      ),
    );
    expect(read.map(({ platform }) => platform)).toEqual(PLATFORMS);
    expect(new Set(read.map(({ sbom }) => Buffer.from(sbom).toString('utf8'))).size).toBe(2);
  });

  test('is withdrawn under its one tag', async () => {
    const { registry } = world;
    const place = { registry, repository: PUBLISHED, trust: settings.trust, builder: 'embedded' } as const;
    const { images, tags } = await planWithdrawal(place, { version, commit, variant: 'standard' });
    expect(images.map(({ platform }) => platform)).toEqual(PLATFORMS);
    expect(tags).toEqual([{ tag: version, digest: released.digest }]);
  });
});

describe('foundry verify says no to an index of two platforms', () => {
  test('not to a copy that has everything', async () => {
    const [amd64 = [], arm64 = []] = released.signed;
    const there = await copied([...amd64, ...arm64], amd64, arm64);
    expect(await verdictOf(referenceIn(there))).toEqual(['verified', undefined, [true, true]]);
  });

  test('when one platform lacks its evidence, on its manifest, on the index, or on both', async () => {
    const [amd64 = [], arm64 = []] = released.signed;
    const without = ['refused', 'FND_EVIDENCE_MISSING', [true, false]];
    expect(await verdictOf(referenceIn(await copied([...amd64, ...arm64], amd64)))).toEqual(without);
    expect(await verdictOf(referenceIn(await copied(amd64, amd64, arm64)))).toEqual(without);
    expect(await verdictOf(referenceIn(await copied(amd64, amd64)))).toEqual(without);
  });

  test('when one platform lacks a single attestation, whichever it is', async () => {
    const [amd64 = [], arm64 = []] = released.signed;
    for (const lost of arm64) {
      const left = arm64.filter((one) => one !== lost);
      const [verdict, code, passed] = await verdictOf(
        referenceIn(await copied([...amd64, ...left], amd64, left)),
      );
      expect([lost.predicateType, verdict, code, passed[0]]).toEqual([
        lost.predicateType,
        'refused',
        'FND_EVIDENCE_MISSING',
        true,
      ]);
    }
  });

  test('when a platform is given the evidence of the other', async () => {
    const [amd64 = [], arm64 = []] = released.signed;
    const there = await copied([...amd64, ...arm64], amd64, arm64);
    const subject = { registry: world.registry, repository: there, digest: manifestOf(0) };
    for (const { bundle, predicateType = '' } of await readAttachedBundles(subject))
      await attachBundle({ ...subject, digest: manifestOf(1) }, bundle as never, predicateType);
    expect(await verdictOf(referenceIn(there))).toEqual(['refused', 'FND_SIGNATURE_REFUSED', [true, false]]);
  });

  test.each<[string, (manifests: readonly Descriptor[]) => readonly (Descriptor | undefined)[]]>([
    ['a platform was taken out', ([amd64]) => [amd64]],
    ['the platforms change places', ([amd64, arm64]) => [arm64, amd64]],
    [
      'a platform leads to the manifest of the other',
      ([amd64, arm64]) => [amd64, { ...amd64, platform: arm64?.platform } as Descriptor],
    ],
    ['a platform is there twice', ([amd64, arm64]) => [amd64, arm64, amd64]],
  ])('when %s, whatever is attached', async (_, change) => {
    const [amd64 = [], arm64 = []] = released.signed;
    const there = await copied([...amd64, ...arm64], amd64, arm64);
    const { content } = released.sample.bytes.index;
    const manifests = change(content.manifests).filter((one) => one !== undefined);
    const changedIndex = makeDocument(MEDIA_TYPES.index, { ...content, manifests });
    const { digest } = changedIndex.descriptor;
    await world.registry.putManifest(there, digest, MEDIA_TYPES.index, changedIndex.bytes);
    expect((await verify(referenceIn(there, digest))).verdict).toBe('refused');
    const subject = { registry: world.registry, repository: there, digest: released.digest };
    for (const { bundle, predicateType = '' } of await readAttachedBundles(subject))
      await attachBundle({ ...subject, digest }, bundle as never, predicateType);
    expect((await verify(referenceIn(there, digest))).verdict).toBe('refused');
  });
});

// The last of all: nothing verifies after it.
test('a withdrawal of one variant is one statement about its index and both manifests, and both are refused', async () => {
  const order = { version, commit, variant: 'standard', by: 'somebody', reason: 'a wrong key' } as const;
  await world.withdrawing(order).signWithdrawal();
  const { parts, refusal } = await verify('standard');
  expect(refusal?.code).toBe('FND_WITHDRAWN');
  expect(
    parts.map(({ checks }) => checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)),
  ).toEqual([['withdrawn'], ['withdrawn']]);
  const added = await Promise.all([released.digest, manifestOf(0), manifestOf(1)].map(bundlesOn));
  expect(added.map(({ length }) => length)).toEqual([14, 7, 7]);
});
