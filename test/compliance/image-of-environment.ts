import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Examined } from '../../activities/selftest/answers.ts';
import type { ImageFacts } from '../../activities/selftest/check-definition.ts';
import { prepareImage } from '../../activities/selftest/examine-image.ts';
import { unpackSuite } from '../../activities/selftest/suite-folder.ts';
import { readLayout } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { type Platform, PLATFORMS, type Variant, VARIANTS } from '../../domain/pins/variant.ts';

/** The image that the environment names; test/compliance/README.md lists the variables. */
export interface NamedImage {
  readonly image: OciImage;
  readonly variant: Variant;
  readonly platform: Platform;
  readonly facts: ImageFacts;
  /** The package of the suite, a file. */
  readonly suite: string | undefined;
}

const Environment = z.object({
  FOUNDRY_IMAGE: z.string().min(1),
  FOUNDRY_IMAGE_VARIANT: z.enum(VARIANTS).optional(),
  FOUNDRY_IMAGE_FACTS: z.string().optional(),
  FOUNDRY_IMAGE_SUITE: z.string().optional(),
});

/** Reads the image that the environment names; undefined when it names none. Throws for what is none. */
export async function imageOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NamedImage | undefined> {
  if (environment['FOUNDRY_IMAGE'] === undefined) return undefined;
  const given = Environment.parse(environment);
  const image = await readLayout(given.FOUNDRY_IMAGE);
  const { os, architecture, config } = image.config.content;
  const facts = given.FOUNDRY_IMAGE_FACTS;
  return {
    image,
    variant: z.enum(VARIANTS).parse(given.FOUNDRY_IMAGE_VARIANT ?? config.Labels['dev.foundry.variant']),
    platform: z.enum(PLATFORMS).parse(`${os}/${architecture}`),
    facts:
      facts === undefined
        ? {}
        : z.record(z.string(), z.string()).parse(JSON.parse(await readFile(facts, 'utf8'))),
    suite: given.FOUNDRY_IMAGE_SUITE,
  };
}

/** Unpacks it in a new folder, with the suite. */
export async function prepareNamed({
  suite,
  ...named
}: NamedImage): Promise<{ place: string; examined: Examined }> {
  const place = await mkdtemp(join(tmpdir(), 'foundry-compliance-'));
  const folder = suite === undefined ? undefined : join(place, 'suite');
  if (suite !== undefined && folder !== undefined) await unpackSuite(await readFile(suite), suite, folder);
  const examined = await prepareImage(
    { ...named, suite: folder },
    { root: join(place, 'root'), signal: undefined },
  );
  return { place, examined };
}
