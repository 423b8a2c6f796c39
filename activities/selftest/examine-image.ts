import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Check } from '../../domain/release/check.ts';
import type { Report } from '../../domain/report.ts';
import { checksFor } from '../../test/compliance/checks/all-checks.ts';
import { concurrently } from '../concurrently.ts';
import { Answers, type Examined, type Patience } from './answers.ts';
import type { CheckDefinition, ImageFacts } from './check-definition.ts';
import { readInImage } from './image-file.ts';
import { ImageView } from './image-view.ts';
import { moduleMac } from './module-mac.ts';
import { demandOf, runCheck } from './run-check.ts';

/** An image, and what it shall be. */
export interface ImageToExamine {
  readonly image: OciImage;
  readonly variant: Variant;
  readonly platform: Platform;
  /** What is expected of it; what nobody knows is not here. */
  readonly facts: ImageFacts;
  /** The folder with what the suite brings along; undefined when nobody has it. */
  readonly suite: string | undefined;
}

/** How it is examined. */
export interface ExaminationSettings {
  /** A folder that is not there yet, for the unpacked image. */
  readonly root: string;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
  readonly patience?: Patience;
  /** Which checks are done; all when it does not say. */
  readonly only?: (definition: CheckDefinition) => boolean;
}

const AT_ONCE = 2;
const MODULE = '/usr/lib/ossl-modules/fips.so';

/**
 * Does every check that there is for an image of this variant, in the order of the definitions. What could not be done is `not-run`.
 * Throws FND_BAD_DATA for what is no image, FND_INTERRUPTED, and what unpacking throws.
 */
export async function examineImage(order: ImageToExamine, settings: ExaminationSettings): Promise<Check[]> {
  const definitions = checksFor(order.variant, order.platform).filter(settings.only ?? (() => true));
  const built = platformName(order.image.config.content);
  if (built !== order.platform)
    return notRun(definitions, `the image is for ${built}, ordered was ${order.platform}`);
  return await runAll(definitions, await prepareImage(order, settings), settings.report);
}

/** Unpacks an image and makes it ready for checks of the caller's choice. Throws as {@link examineImage} does. */
export async function prepareImage(
  { image, variant, platform, facts, suite }: ImageToExamine,
  { root, signal, patience }: Omit<ExaminationSettings, 'report' | 'only'>,
): Promise<Examined> {
  await unpackImage(image, root);
  const architecture = platform.slice(platform.indexOf('/') + 1);
  return {
    root,
    facts: { ...facts, variant, architecture, moduleMac: await macOf(root) },
    config: image.config.content,
    view: new ImageView(image, root),
    suite,
    signal,
    ...(patience === undefined ? {} : { patience }),
  };
}

/** Does checks side by side; the answers are in the order of the definitions. */
async function runAll(
  definitions: readonly CheckDefinition[],
  examined: Examined,
  report: Report,
): Promise<Check[]> {
  const answers = new Answers(examined, definitions);
  const checks = new Map<string, Check>();
  await concurrently(definitions, AT_ONCE, async (definition) => {
    const check = await runCheck(definition, examined, answers);
    checks.set(definition.id, check);
    if (check.verdict !== 'pass') report(`self-test ${check.id} (${check.title}): ${check.verdict}`);
  });
  const inOrder = definitions.flatMap(({ id }) => checks.get(id) ?? []);
  report(
    `${inOrder.filter(({ verdict }) => verdict === 'pass').length} of ${definitions.length} self-tests passed`,
  );
  return inOrder;
}

function notRun(definitions: readonly CheckDefinition[], reason: string): Check[] {
  return definitions.map((definition) => ({
    id: definition.id,
    title: definition.title,
    verdict: 'not-run',
    detail: `${demandOf(definition)}\ncould not be run: ${reason}`,
  }));
}

async function macOf(root: string): Promise<string> {
  try {
    return moduleMac(await readInImage(root, MODULE));
  } catch (error) {
    // The checks say it, each for what it looks at.
    if (error instanceof FoundryError) return `unknown, for ${error.message}`;
    throw error;
  }
}
