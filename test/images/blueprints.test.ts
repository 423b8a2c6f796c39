import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  BLUEPRINTS,
  fillNamed,
  IMAGES_FOLDER,
  readBlueprints,
  RECIPE_FILES,
} from '../../activities/build/blueprint.ts';
import { SUITE_PACKAGE } from '../../domain/pins/variant.ts';
import { SAMPLE_VALUES } from '../activities/build/sample-values.ts';

const Step = z.object({
  uses: z.string().optional(),
  runs: z.string().optional(),
  with: z.record(z.string(), z.string()).optional(),
});
const Recipe = z.object({
  package: z.object({ name: z.string(), version: z.string(), epoch: z.number() }),
  environment: z.object({ contents: z.object({ packages: z.array(z.string()) }) }),
  pipeline: z.array(Step),
  subpackages: z.array(z.object({ name: z.string(), pipeline: z.array(Step) })).default([]),
});
const Composition = z.object({
  include: z.string().optional(),
  contents: z.object({ packages: z.array(z.string()).optional() }),
  accounts: z.object({ 'run-as': z.string() }).optional(),
});

const recipe = async (file: string): Promise<z.infer<typeof Recipe>> =>
  Recipe.parse(parse(fillNamed(await readBlueprints(IMAGES_FOLDER), file, SAMPLE_VALUES)));
const composition = async (file: string): Promise<z.infer<typeof Composition>> =>
  Composition.parse(parse(fillNamed(await readBlueprints(IMAGES_FOLDER), file, SAMPLE_VALUES)));
const script = (steps: z.infer<typeof Step>[]): string => steps.map((step) => step.runs ?? '').join('\n');

describe('the blueprints', () => {
  test('are all in the folder, and nothing else is', async () => {
    expect((await readdir(IMAGES_FOLDER)).toSorted()).toEqual(
      [...Object.values(BLUEPRINTS), ...Object.values(RECIPE_FILES).flat()].toSorted(),
    );
  });

  test.each([BLUEPRINTS.provider, BLUEPRINTS.core, BLUEPRINTS.suite])(
    '%s takes its source by digest and fetches nothing else',
    async (file) => {
      const { pipeline, subpackages } = await recipe(file);
      const steps = [...pipeline, ...subpackages.flatMap((one) => one.pipeline)];
      const used = steps.filter((step) => step.uses !== undefined);

      expect(used).toHaveLength(1);
      expect(used[0]).toMatchObject({
        uses: 'fetch',
        with: { 'expected-sha256': expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(script(steps)).not.toMatch(/curl|wget|https?:|git clone/);
    },
  );

  test.each([BLUEPRINTS.provider, BLUEPRINTS.core, BLUEPRINTS.configuration, BLUEPRINTS.suite])(
    '%s asks for exact packages only',
    async (file) => {
      const { environment } = await recipe(file);
      expect(environment.contents.packages.filter((one) => !/^[^=]+=[^=]+-r\d+$/.test(one))).toEqual([]);
    },
  );

  test('the provider is configured with enable-fips alone', async () => {
    const { package: made, pipeline } = await recipe(BLUEPRINTS.provider);
    expect(made).toEqual(expect.objectContaining({ name: 'openssl-fips-provider', version: '3.1.2' }));
    expect(script(pipeline).match(/\.\/Configure.*/g)).toEqual(['./Configure enable-fips']);
    expect(script(pipeline)).not.toMatch(/CFLAGS|LDFLAGS|strip/);
  });

  test('the core is built without legacy provider, engines and modules, and its libraries are packages of their own', async () => {
    const { package: made, pipeline, subpackages } = await recipe(BLUEPRINTS.core);
    expect(made).toMatchObject({ name: 'openssl', epoch: 2 });
    expect(subpackages.map((one) => one.name)).toEqual(['libcrypto3', 'libssl3', 'openssl-dev']);
    for (const option of ['no-legacy', 'no-engine', 'no-module', 'shared'])
      expect(script(pipeline)).toContain(option);
  });

  test('the configuration fetches nothing, and is refused with a module that does not pass its self-tests', async () => {
    const { package: made, pipeline, subpackages } = await recipe(BLUEPRINTS.configuration);
    expect(made).toMatchObject({ name: 'openssl-fips-config', version: '3.5.6', epoch: 2 });
    expect(subpackages).toEqual([]);
    expect(pipeline.filter((step) => step.uses !== undefined)).toEqual([]);
    expect(script(pipeline)).toContain('fipsinstall -pedantic');
  });

  test('the suite is of the sources of the core, and configures and builds none of it', async () => {
    const { package: made, environment, pipeline, subpackages } = await recipe(BLUEPRINTS.suite);
    const { core, own } = SAMPLE_VALUES;
    expect(made).toMatchObject({ name: SUITE_PACKAGE, version: core.version, epoch: core.revision });
    expect(subpackages).toEqual([]);
    expect(pipeline[0]?.with).toMatchObject({ uri: core.archive, 'expected-sha256': core.sha256 });
    expect(environment.contents.packages).toEqual(expect.arrayContaining([...own.core, ...own.development]));
    expect(script(pipeline)).not.toMatch(/Configure|\bmake\b/);
  });

  test.each([BLUEPRINTS.standard, BLUEPRINTS.distroless, BLUEPRINTS.development])(
    '%s holds our packages at their exact versions, and neither package manager nor suite',
    async (file) => {
      const { contents, include } = await composition(file);
      const { own } = SAMPLE_VALUES;
      expect(include).toBe(BLUEPRINTS.base);
      expect(contents.packages).toEqual(
        expect.arrayContaining([own.provider, ...own.core, own.configuration]),
      );
      expect(
        contents.packages?.filter(
          (one) =>
            !/^[^=]+=[^=]+-r\d+$/.test(one) || one.startsWith('apk-tools') || one.startsWith(SUITE_PACKAGE),
        ),
      ).toEqual([]);
    },
  );

  test('static libraries are in the development image alone', async () => {
    const holders = await Promise.all(
      [BLUEPRINTS.standard, BLUEPRINTS.distroless, BLUEPRINTS.development].map(async (file) => {
        const { contents } = await composition(file);
        return contents.packages?.includes('openssl-dev=3.5.6-r2');
      }),
    );
    expect(holders).toEqual([false, false, true]);
  });

  test('images run as a number that is not root', async () => {
    expect(await composition(BLUEPRINTS.base)).toMatchObject({ accounts: { 'run-as': '65532' } });
  });
});

describe('the configuration of OpenSSL', () => {
  test('fails closed, knows two providers, and offers no group that the module must not serve', async () => {
    const text = await readFile(join(IMAGES_FOLDER, 'openssl.cnf'), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

    expect(lines).toContain('config_diagnostics = 1');
    expect(lines).toContain('default_properties = fips=yes');
    expect(lines.slice(lines.indexOf('[provider_sect]') + 1, lines.indexOf('[base_sect]'))).toEqual([
      'base = base_sect',
      'fips = fips_sect',
    ]);
    expect(lines).toContain('Groups = P-256:P-384:P-521:ffdhe2048:ffdhe3072');
    expect(lines).toContain('MinProtocol = TLSv1.2');
    expect(text).not.toMatch(/install-(mac|status)/);
  });
});
