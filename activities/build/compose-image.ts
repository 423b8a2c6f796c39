import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { composeWithApko } from '../../adapters/apko/compose.ts';
import { readLayout } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { Architecture, Variant } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import { BLUEPRINTS, type Blueprints, type BlueprintValues, fillNamed } from './blueprint.ts';
import type { BuilderProfile } from './builder-profiles.ts';
import { makeClosedRepository, type PackageOnDisk } from './closed-repository.ts';

/** What one image is composed from. */
export interface ComposeOrder {
  readonly variant: Variant;
  readonly values: BlueprintValues;
  readonly blueprints: Blueprints;
  /** The closure of the variant and our own packages: exactly what the image will hold. */
  readonly packages: readonly PackageOnDisk[];
  readonly architecture: Architecture;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** What does the work. */
export interface ComposeDeps {
  readonly apko: string;
  /** Where images are composed, a folder each. */
  readonly scratch: string;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Composes one image in the sandbox of one builder, without a network and from the ordered packages alone. What the blueprint
 * asks for must be those packages, no fewer and no more: another libcrypto cannot come in.
 * Throws FND_UNRESOLVED, FND_DIGEST_MISMATCH for a package file that is not what it must be, FND_TOOL_FAILED.
 */
export async function composeImage(
  profile: BuilderProfile,
  order: ComposeOrder,
  deps: ComposeDeps,
): Promise<OciImage> {
  const folder = join(deps.scratch, `compose-${order.variant}-${profile.name}`);
  await rm(folder, { recursive: true, force: true });
  const blueprint = BLUEPRINTS[order.variant];
  const blueprints = new Map(
    [BLUEPRINTS.base, blueprint].map((file) => [file, fillNamed(order.blueprints, file, order.values)]),
  );
  const repository = await makeClosedRepository(join(folder, 'inputs'), order.packages, order.architecture);
  deps.report(`builder ${profile.name} composes ${order.variant} from ${order.packages.length} packages`);
  const layout = await composeWithApko(
    {
      apko: deps.apko,
      environment: profile.environment,
      folder: join(folder, 'work'),
      blueprints,
      blueprint,
      repository,
      architecture: order.architecture,
      epoch: order.epoch,
      signal: deps.signal,
    },
    order.packages.map(({ name, version }) => `${name}=${version}`),
  );
  return await readLayout(layout);
}
