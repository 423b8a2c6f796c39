import { join } from 'node:path';
import { examineImage } from '../../activities/selftest/examine-image.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import { startToolsApart } from '../../adapters/process/run-tool.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type Platform, PLATFORMS, type Variant, VARIANTS } from '../../domain/pins/variant.ts';
import { type Check, type StageOutcome, summarise } from '../../domain/release/check.ts';
import type { Report } from '../../domain/report.ts';
import { findImage, type ImageSources } from '../run/find-image.ts';
import { expectOfImage } from './expect-of-image.ts';

/** One run of `foundry selftest`. */
export interface SelftestCall extends ImageSources {
  /** What the person calls the image. */
  readonly image: string;
  /** What it is to be taken for; else what it says itself. */
  readonly variant: Variant | undefined;
  readonly platform: Platform | undefined;
  readonly release: string | undefined;
  readonly report: Report;
}

/** What the suite found. */
export interface Selftest {
  readonly digest: OciDigest;
  readonly variant: Variant;
  readonly platform: Platform;
  /** The release that says what the image must be; null when nobody knows, and why. */
  readonly release: string | null;
  readonly reason: string | null;
  readonly verdict: StageOutcome['verdict'];
  readonly counts: StageOutcome['counts'];
  /** In the order of the definitions. */
  readonly checks: readonly Check[];
}

const LABEL = 'dev.foundry.variant';

/**
 * Runs the compliance suite on an image. What the image is not is in the answer. Throws FND_BAD_INPUT for a name that is none and for an
 * image that does not say what it is; FND_BAD_DATA for what is no image; what finding, pulling and unpacking an image throw.
 */
export async function runSelftest(call: SelftestCall): Promise<Selftest> {
  const { report, signal, directories, release } = call;
  startToolsApart();
  const found = await findImage(call.image, call, call.platform);
  const image = await found.load();
  const variant = call.variant ?? variantOf(image);
  const platform = call.platform ?? platformOf(image);
  const { digest } = found;
  return await withTemporaryDirectory(async (place) => {
    const asked = { digest, variant, platform, release, directories, signal };
    const known = await expectOfImage(asked, join(place, 'suite'));
    report(
      known.release === null
        ? `nobody knows what this image must be, for ${known.reason}: checks that need it are not run`
        : `what it must be, ${known.release} says`,
    );
    const checks = await examineImage(
      { image, variant, platform, facts: known.facts, suite: known.suite },
      { root: join(place, 'root'), report, signal },
    );
    const { verdict, counts } = summarise(checks);
    return {
      digest,
      variant,
      platform,
      release: known.release,
      reason: known.reason,
      verdict,
      counts,
      checks,
    };
  });
}

/** The error that the command ends with; none when every check passed. */
export function refusalOf({ verdict, counts, release, digest }: Selftest): FoundryError | undefined {
  if (verdict === 'pass') return undefined;
  if (verdict === 'fail')
    return new FoundryError('FND_CHECK_FAILED', `${counts.fail} checks failed on ${digest}`, {
      hint: 'docs/compliance.md says what each check demands.',
    });
  return new FoundryError(
    'FND_EVIDENCE_MISSING',
    `${counts['not-run']} checks could not be run on ${digest}`,
    {
      hint:
        release === null
          ? 'Start the services with `./foundry up`: a release says what its images must be.'
          : 'The reason stands with each check.',
    },
  );
}

function variantOf({ config }: OciImage): Variant {
  const label = config.content.config.Labels[LABEL];
  const variant = VARIANTS.find((one) => one === label);
  if (variant !== undefined) return variant;
  const said = label === undefined ? 'nothing' : JSON.stringify(label);
  throw new FoundryError('FND_BAD_INPUT', `the image does not say which variant it is: ${LABEL} is ${said}`, {
    hint: `Say what to take it for: --variant ${VARIANTS.join(', ')}.`,
  });
}

function platformOf({ config }: OciImage): Platform {
  const built = platformName(config.content);
  const platform = PLATFORMS.find((one) => one === built);
  if (platform !== undefined) return platform;
  throw new FoundryError('FND_BAD_INPUT', `the image is for ${built}`, {
    hint: `There are checks for ${PLATFORMS.join(' and ')}.`,
  });
}
