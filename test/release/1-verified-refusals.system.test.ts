import { beforeAll, describe, expect, test } from 'vitest';
import { copyAttestations } from '../../activities/publish/copy-attestations.ts';
import { copyImage } from '../../activities/publish/copy-image.ts';
import { attachBundle } from '../../adapters/sigstore/attach.ts';
import type { BundleJson } from '../../adapters/sigstore/sign.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import type { Attestation, ReleasedImage } from '../../domain/release/status.ts';
import { ANOTHER_ROOT, PublishedRelease, referenceOf } from './published-release.ts';

let release: PublishedRelease;
let copies = 0;

beforeAll(async () => {
  release = await PublishedRelease.open();
});

describe('foundry verify says no', () => {
  /** The standard image copied to a place of its own, with some of what is attached to it. */
  async function copied(keep: (attestation: Attestation) => boolean): Promise<ReleasedImage> {
    copies += 1;
    const image = release.image('standard');
    const to = `test-verify/copy-${copies}`;
    const copying = { registry: release.registry, from: image.repository, to, copied: new Set<OciDigest>() };
    const { manifests } = await copyImage(copying, image.digest);
    for (const subject of [image.digest, ...manifests.map(({ digest }) => digest)])
      await copyAttestations(copying, subject, image.attestations.filter(keep));
    return { ...image, repository: to };
  }

  async function refused(what: string, ...args: string[]): Promise<[number, string | null]> {
    const { code, data } = await release.verify(what, '--name', release.name, ...args);
    return [code, data.refusal];
  }

  test('not to a copy that has everything: it is the same image', async () => {
    expect(await refused(referenceOf(await copied(() => true)))).toEqual([0, null]);
    expect((await release.verify(referenceOf(await copied(() => true)))).data.refusal).toBeNull();
  });

  test('to another identity, issuer, root, commit, source, builder and name', async () => {
    expect(await refused('standard', '--identity', 'https://example.com/us')).toEqual([
      5,
      'FND_SIGNATURE_REFUSED',
    ]);
    expect(await refused('standard', '--issuer', 'https://example.com')).toEqual([
      5,
      'FND_SIGNATURE_REFUSED',
    ]);
    expect(await refused('standard', '--trusted-root', ANOTHER_ROOT)).toEqual([5, 'FND_SIGNATURE_REFUSED']);
    for (const [option, value] of [
      ['--commit', 'd'.repeat(40)],
      ['--source', 'https://example.com/another.git'],
      ['--builder', 'https://example.com/builder'],
      ['--name', 'registry.example.com/another'],
    ] as const)
      expect([option, await refused('standard', option, value)]).toEqual([
        option,
        [5, 'FND_PROVENANCE_REFUSED'],
      ]);
  });

  test.each(
    Object.entries(PREDICATE_TYPES).filter(
      ([kind]) => !['releaseRecord', 'withdrawal', 'vex'].includes(kind),
    ),
  )('when a registry lost the %s', async (_kind, type) => {
    const image = await copied(({ predicateType }) => predicateType !== type);
    expect(await refused(referenceOf(image))).toEqual([6, 'FND_EVIDENCE_MISSING']);
  });

  test('when the attestation of another image hangs there', async () => {
    const image = await copied(({ predicateType }) => predicateType !== PREDICATE_TYPES.provenance);
    const theirs = (await release.bundles(release.image('distroless'))).find(
      ({ predicateType }) => predicateType === PREDICATE_TYPES.provenance,
    );
    await attach(image, theirs?.bundle);
    expect(await refused(referenceOf(image))).toEqual([5, 'FND_SIGNATURE_REFUSED']);
  });

  test('when a payload was changed', async () => {
    const image = await copied(({ predicateType }) => predicateType !== PREDICATE_TYPES.provenance);
    const own = (await release.bundles(release.image('standard'))).find(
      ({ predicateType }) => predicateType === PREDICATE_TYPES.provenance,
    );
    const changed = structuredClone(own?.bundle) as { dsseEnvelope: { payload: string } };
    const text = Buffer.from(changed.dsseEnvelope.payload, 'base64').toString('utf8');
    changed.dsseEnvelope.payload = Buffer.from(text.replace('standard', 'another')).toString('base64');
    await attach(image, changed);
    expect(await refused(referenceOf(image))).toEqual([5, 'FND_SIGNATURE_REFUSED']);
  });

  test('when a tag leads to another variant', async () => {
    const image = await copied(() => true);
    const tag = release.image('distroless').tag;
    await setTag(image.repository, tag, image);
    expect(await refused(`${image.registry}/${image.repository}:${tag}`)).toEqual([
      5,
      'FND_PROVENANCE_REFUSED',
    ]);
  });

  test('to a record whose tag somebody moved, and yes again when it is back', async () => {
    const { repository } = release.image('development');
    const { tag } = release.image('development');
    try {
      await setTag(repository, tag, release.image('distroless'));
      expect((await release.verify('latest')).data.refusal).toBe('FND_TAG_MOVED');
      expect((await release.verify('development')).data.refusal).toBe('FND_PROVENANCE_REFUSED');
    } finally {
      await setTag(repository, tag, release.image('development'));
    }
    expect((await release.verify('latest')).code).toBe(0);
  });

  test('and prints every check, what failed and what could not be looked at any more', async () => {
    const { code, stdout, stderr } = await release.lab.foundry(
      'verify',
      'standard',
      '--trusted-root',
      ANOTHER_ROOT,
    );
    expect(stdout).toMatch(/✓ The image is what its digest says/);
    expect(stdout).toMatch(/✗ What is attached in our name is genuine/);
    expect(stdout).toMatch(/! It passed every self-test/);
    expect(stderr).toContain('error[FND_SIGNATURE_REFUSED]');
    expect(code).toBe(5);
  });
});

/** Attaches a bundle to index and manifest, whatever it is. */
async function attach({ repository, digest }: ReleasedImage, bundle: unknown): Promise<void> {
  const { bytes } = await release.registry.getManifest(repository, digest);
  const { manifests } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    manifests: [{ digest: typeof digest }];
  };
  for (const subject of [digest, manifests[0].digest])
    await attachBundle(
      { registry: release.registry, repository, digest: subject },
      bundle as BundleJson,
      PREDICATE_TYPES.provenance,
    );
}

async function setTag(
  repository: string,
  tag: string,
  { digest }: Pick<ReleasedImage, 'digest'>,
): Promise<void> {
  const { mediaType, bytes } = await release.registry.getManifest(repository, digest);
  await release.registry.putManifest(repository, tag, mediaType, bytes);
}
