import { createPublishActivities } from '../../../activities/publish/publish-activities.ts';
import { createConsumerActivities } from '../../../activities/publish/verify-published.ts';
import type { PromotedImage } from '../../../activities/publish/promote-images.ts';
import { openGithub } from '../../../adapters/github/open-github.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { newestRecordTag, recordTag } from '../../../domain/pins/identity.ts';
import type { StageOutcome } from '../../../domain/release/check.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { recordOf, type SampleRelease } from '../sign/sample-release.ts';
import { attested, foundPublished } from '../sign/sample-work.ts';
import { PUBLISHED, type SigningWorld } from '../sign/signing-world.ts';

/** A release of two platforms as it is published: one image for each, under one index. */
export interface JoinedRelease {
  readonly sample: SampleRelease;
  /** What was signed of each image, in the order of the images. */
  readonly signed: readonly (readonly Attestation[])[];
  readonly promoted: readonly PromotedImage[];
  /** What a consumer found of each. */
  readonly consumed: readonly StageOutcome[];
  /** Of the index, and of the record. */
  readonly digest: OciDigest;
  readonly record: OciDigest;
}

/** Signs a release of two platforms, publishes it under its tags, and puts its record beside it, by the activities of a release. */
export async function publishJoined(world: SigningWorld): Promise<JoinedRelease> {
  const { store, registry, trustedRoot, identity } = world;
  const sample = await world.sampleIn(registry, { platforms: ['linux/amd64', 'linux/arm64'] });
  let { release } = sample;
  const signed = new Map<string, Attestation[]>();
  for (const work of ['attestBuild', 'attestGates', 'attestVerification'] as const) {
    for (const { image } of sample.images) {
      const { attestations } = await world.signing(release)[work](image);
      release = attested(release, work, image, attestations);
      signed.set(image.platform, [...(signed.get(image.platform) ?? []), ...attestations]);
    }
  }
  const { version, commit } = sample.read.plan;
  const publish = createPublishActivities({
    store,
    registry,
    published: PUBLISHED,
    github: openGithub({ api: 'http://127.0.0.1:9', project: 'a/b', token: undefined }),
    report: () => undefined,
  });
  const images = sample.images.map(({ image: { variant, platform, place } }) => ({
    variant,
    platform,
    place,
    attestations: signed.get(platform) ?? [],
  }));
  const { promoted } = await publish.promoteImages({ version, commit, images });
  const [first] = promoted;
  if (first === undefined) throw new Error('images were promoted');
  const move = async (tag: string, digest: OciDigest): Promise<void> => {
    const { previous } = await publish.readTags({ tags: [tag] });
    await publish.moveTags({ tags: [{ tag, digest }], previous });
  };
  await move(first.tag, first.digest);
  const consumer = createConsumerActivities({
    store,
    registry,
    trust: { trustedRoot, identity },
    builder: 'embedded',
  });
  const consumed: StageOutcome[] = [];
  for (const image of promoted)
    consumed.push(await consumer.verifyPublished({ plan: sample.image.plan, image }));
  for (const { image } of sample.images) release = foundPublished(release, image, PUBLISHED);
  const all = sample.images.map(({ image }) => signed.get(image.platform) ?? []);
  const { bundle } = await world
    .signing(release)
    .signRecord({ status: recordOf({ ...sample, release }, PUBLISHED, ...all) });
  const { digest: record } = await publish.storeRecord({ bundle, subjects: [first.digest] });
  await move(recordTag({ version, commit }), record);
  await move(newestRecordTag(version), record);
  return { sample, signed: all, promoted, consumed, digest: first.digest, record };
}
