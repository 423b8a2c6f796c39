import { join } from 'node:path';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../adapters/oci-layout/unpack.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Check, StageOutcome } from '../../domain/release/check.ts';
import type { Report } from '../../domain/report.ts';
import { fetchImage, type StoredImage } from '../artifacts/stored-image.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { concurrently } from '../concurrently.ts';
import type { CheckDefinition } from './check-definition.ts';
import { checksFor } from '../../test/compliance/checks/all-checks.ts';
import { readInImage } from './image-file.ts';
import { moduleMac } from './module-mac.ts';
import { Answers, type Examined } from './answers.ts';
import { demandOf, runCheck } from './run-check.ts';
import { unpackSuite } from './suite-folder.ts';

/** What the self-tests need from whoever runs them. */
export interface SelftestDependencies {
  readonly store: ArtifactStore;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** What is expected of an image. */
interface Expected {
  readonly coreVersion: string;
  readonly providerVersion: string;
  /** The SHA-256 of the `fips.so` that was built. */
  readonly provider: Sha256;
}

interface SelftestOrder {
  readonly image: StoredImage;
  readonly variant: Variant;
  readonly platform: Platform;
  readonly expected: Expected;
  /** The package of what images are tested with; without it, checks that need it are `not-run`. */
  readonly suite: StoredPackage | undefined;
}

/** Stage 3. May be repeated at any time. */
export interface SelftestActivities {
  /**
   * Does every check that there is for a finished image of this variant, in the sandbox. What could not be done is `not-run`.
   * Throws what the store throws, FND_DIGEST_MISMATCH or FND_BAD_DATA for what is no image or no suite, FND_INTERRUPTED.
   */
  readonly selftest: (order: SelftestOrder) => Promise<StageOutcome>;
}

const AT_ONCE = 2;
const MODULE = '/usr/lib/ossl-modules/fips.so';

/** The activities of stage 3 with what they work on. */
export function createSelftestActivities(dependencies: SelftestDependencies): SelftestActivities {
  const { store } = dependencies;
  return {
    async selftest(order) {
      const image = await fetchImage(store, order.image);
      return await storeOutcome(store, await examine(dependencies, order, image));
    },
  };
}

async function examine(
  { store, report, signal }: SelftestDependencies,
  { variant, platform, expected, suite: order }: SelftestOrder,
  image: OciImage,
): Promise<Check[]> {
  const definitions = checksFor(variant, platform);
  const { os, architecture } = image.config.content;
  if (`${os}/${architecture}` !== platform)
    return notRun(definitions, `the image is for ${os}/${architecture}, ordered was ${platform}`);
  return await withTemporaryDirectory(async (place) => {
    const root = join(place, 'root');
    await unpackImage(image, root);
    const facts = { ...expected, moduleMac: await macOf(root) };
    const suite = order && (await fetchSuite(store, order, join(place, 'suite')));
    return await runAll(definitions, { root, facts, config: image.config.content, suite, signal }, report);
  });
}

async function fetchSuite(
  store: ArtifactStore,
  { name, version, artifact }: StoredPackage,
  folder: string,
): Promise<string> {
  await unpackSuite(await readBytes(store, artifact), `${name}-${version}.apk`, folder);
  return folder;
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
