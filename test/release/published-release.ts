import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { z } from 'zod';
import type { Profile } from '../../adapters/profile/profile.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { type AttachedBundle, readAttachedBundles } from '../../adapters/sigstore/read-attached.ts';
import type { Variant } from '../../domain/pins/variant.ts';
import { Check } from '../../domain/release/check.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import { type Answered, type Ended, readAnswer, ReleasedLab } from './foundry.ts';

/** A trusted root of a Sigstore that signed nothing here. */
export const ANOTHER_ROOT = fileURLToPath(
  new URL('../adapters/sigstore/fixtures/trusted_root.json', import.meta.url),
);

/** What `foundry verify --output json` says. */
const Answer = z.object({
  kind: z.literal('verification'),
  data: z.object({
    verdict: z.enum(['verified', 'refused']),
    refusal: z.string().nullable(),
    parts: z.array(z.object({ name: z.string(), checks: z.array(Check) })),
  }),
});

/** An image that readers find by a tag. */
export type TaggedImage = ReleasedImage & { readonly tag: string };

/** The first release, as one who verifies it meets it. */
export class PublishedRelease {
  readonly lab: ReleasedLab;
  readonly released: Answered;
  readonly profile: Profile;
  readonly registry: Registry;
  /** `registry/repository` that it is published in. */
  readonly name: string;

  private constructor(lab: ReleasedLab, profile: Profile, registry: Registry) {
    this.lab = lab;
    this.released = readAnswer(inject('released'));
    this.profile = profile;
    this.registry = registry;
    this.name = `${profile.images.registry}/${profile.images.published}`;
  }

  static async open(): Promise<PublishedRelease> {
    const lab = new ReleasedLab(inject('state'));
    return new PublishedRelease(lab, await lab.profile(), await lab.registry());
  }

  image(variant: Variant): TaggedImage {
    const image = this.released.status.images.find((one) => one.variant === variant);
    if (image?.tag === null || image?.tag === undefined) throw new Error(`${variant} was not published`);
    return { ...image, tag: image.tag };
  }

  async verify(...args: string[]): Promise<Ended & { readonly data: z.infer<typeof Answer>['data'] }> {
    const ended = await this.lab.foundry('verify', ...args, '--output', 'json');
    if (ended.stdout === '') throw new Error(`foundry verify ended with ${ended.code}:\n${ended.stderr}`);
    return { ...ended, data: Answer.parse(JSON.parse(ended.stdout)).data };
  }

  /** All that is attached to the index of an image. */
  async bundles({ repository, digest }: ReleasedImage): Promise<AttachedBundle[]> {
    return await readAttachedBundles({ registry: this.registry, repository, digest });
  }
}

/** An image by its digest. */
export function referenceOf({ registry, repository, digest }: ReleasedImage): string {
  return `${registry}/${repository}@${digest}`;
}
