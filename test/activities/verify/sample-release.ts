import type { Requirement } from '../../../activities/verify/requirement.ts';
import { REQUIREMENTS } from '../../../activities/verify/requirement.ts';
import { examineImage, type ImageExpectation } from '../../../activities/verify/verify-image.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import type { ReadableImage } from '../../../adapters/sigstore/read-attached.ts';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import { type Claims, expectationOf, finishedImage, putWith, signAll } from './released-image.ts';
import { type SigningStack, startSigningStack } from './signing-stack.ts';

/** An image with all its evidence signed, to be put into places with more or less of it. */
export class SampleRelease {
  readonly stack: SigningStack;
  readonly image: OciImage;
  /** Another image of ours. */
  readonly other: OciImage;
  readonly genuine: Readonly<Record<Requirement, BundleJson>>;
  readonly expected: ImageExpectation;
  #places = 0;

  private constructor(
    stack: SigningStack,
    images: readonly [OciImage, OciImage],
    genuine: Record<Requirement, BundleJson>,
  ) {
    this.stack = stack;
    [this.image, this.other] = images;
    this.genuine = genuine;
    this.expected = expectationOf(stack);
  }

  static async make(): Promise<SampleRelease> {
    const stack = await startSigningStack();
    const image = await finishedImage();
    return new SampleRelease(stack, [image, await finishedImage('another')], await signAll(stack, image));
  }

  /** The image in a repository of its own, with these bundles. */
  async released(
    bundles: readonly BundleJson[],
    on?: readonly ('index' | 'manifest')[],
  ): Promise<ReadableImage> {
    this.#places += 1;
    const repository = `test/place-${this.#places}`;
    const digest = await putWith(this.stack, repository, this.image, bundles, on);
    return { registry: this.stack.registry, repository, digest };
  }

  /** Attaches a bundle to the index alone. */
  async attach(there: ReadableImage, bundle: BundleJson): Promise<void> {
    await putWith(this.stack, there.repository, this.image, [bundle], ['index']);
  }

  /** The image with other claims in place of some, all of them genuinely signed. */
  async claiming(changed: Partial<Claims>): Promise<ReadableImage> {
    return await this.released(Object.values(await signAll(this.stack, this.image, changed)));
  }

  /** All bundles but some, in their order. */
  without(...left: readonly Requirement[]): BundleJson[] {
    return REQUIREMENTS.filter((one) => !left.includes(one)).map((one) => this.genuine[one]);
  }

  /** How an image is refused: code, exit code, the checks that failed, what is said. */
  async refusalOf(there: ReadableImage, changed: Partial<ImageExpectation> = {}): Promise<object> {
    const { refusal, checks } = await examineImage(there, { ...this.expected, ...changed });
    const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
    return { code: refusal?.code, exit: refusal?.exitCode, failed, said: refusal?.message };
  }
}
