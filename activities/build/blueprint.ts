import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { OpensslVersion, PackageName, PackageVersion, Sha256Text } from '../../domain/pins/values.ts';
import { FoundryError } from '../../domain/errors.ts';

/** The blueprints, by file name. A melange blueprint's own name ends in the package it makes, so it is the same for every builder. */
export const BLUEPRINTS = {
  provider: 'fips.melange.yaml',
  core: 'core.melange.yaml',
  configuration: 'config.melange.yaml',
  suite: 'suite.melange.yaml',
  base: 'base.apko.yaml',
  standard: 'standard.apko.yaml',
  distroless: 'distroless.apko.yaml',
  development: 'dev.apko.yaml',
} as const;

/** What each recipe takes along besides its source. */
export const RECIPE_FILES = {
  provider: [],
  core: [],
  configuration: ['openssl.cnf', 'fips-healthcheck.c'],
  suite: [
    'fips-probe.h',
    'fips-probe.c',
    'fips-probe-keys.c',
    'fips-probe-module.c',
    'fips-probe-random.c',
    'fips-probe-signatures.c',
    'fips-probe-symmetric.c',
    'fips-probe-tls.c',
    'fips-runner.c',
  ],
} as const satisfies Partial<Record<keyof typeof BLUEPRINTS, readonly string[]>>;

/** This checkout's blueprints. */
export const IMAGES_FOLDER = fileURLToPath(new URL('../../images', import.meta.url));

/** `name=version`: exactly this version. */
const Requirement = z.string().superRefine((text, context) => {
  const [name, version, more] = text.split('=');
  if (PackageName.safeParse(name).success && PackageVersion.safeParse(version).success && more === undefined)
    return;
  context.addIssue({ code: 'custom', message: `expected name=version with an exact version, got ${text}` });
});

const SourceValues = z.strictObject({
  version: OpensslVersion,
  revision: z.int().nonnegative(),
  /** The file name of the archive. */
  archive: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.tar\.gz$/, 'expected the name of a .tar.gz archive'),
  sha256: Sha256Text,
});

const Closure = z.strictObject({ packages: z.array(Requirement) });

/** Everything that a blueprint may ask for with `{{name}}`. */
export const BlueprintValues = z.strictObject({
  provider: SourceValues,
  core: SourceValues,
  build: Closure,
  standard: Closure,
  distroless: Closure,
  development: Closure,
  /** The packages that we build. */
  own: z.strictObject({
    provider: Requirement,
    core: z.array(Requirement),
    configuration: Requirement,
    development: z.array(Requirement),
  }),
});
export type BlueprintValues = z.infer<typeof BlueprintValues>;

const PLACEHOLDER = /^\{\{([a-z0-9.]+)\}\}$/;

/**
 * Fills the placeholders of a blueprint. A placeholder is a whole scalar, `"{{core.version}}"`, so a value cannot change the form
 * of the document; one that stands for a list is spliced into the list it is an item of. `file` names the blueprint in errors.
 * Throws FND_BAD_INPUT for a placeholder nobody knows, for one inside other text, and for text that is not YAML.
 */
export function fillBlueprint(template: string, values: BlueprintValues, file: string): string {
  const document = parseDocument(template);
  const [error] = document.errors;
  if (error !== undefined) throw new FoundryError('FND_BAD_INPUT', `${file}: ${error.message}`);
  // A value that was filled in is no template: it is visited too, and must stay as it is.
  const filled = new WeakSet<object>();
  const nodeOf = (value: unknown): Node => {
    const node = document.createNode(value);
    filled.add(node);
    return node;
  };
  visit(document, {
    Seq(_, sequence) {
      sequence.items = sequence.items.flatMap((item) => {
        const value = placeholderValue(item, values, file);
        return Array.isArray(value) ? value.map(nodeOf) : [item];
      });
    },
    Scalar(_, scalar) {
      const value = filled.has(scalar) ? undefined : placeholderValue(scalar, values, file);
      if (value === undefined) return undefined;
      if (Array.isArray(value))
        throw new FoundryError('FND_BAD_INPUT', `${file}: ${String(scalar.value)} is a list, and not in one`);
      return nodeOf(value);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The texts of the blueprints and of what recipes take along, by file name. */
export type Blueprints = ReadonlyMap<string, string>;

/** Reads all blueprints and recipe files of a folder. */
export async function readBlueprints(folder: string): Promise<Blueprints> {
  const names = [...Object.values(BLUEPRINTS), ...Object.values(RECIPE_FILES).flat()];
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

/** Fills the blueprint of this name. Throws FND_BAD_INPUT, also when there is none. */
export function fillNamed(blueprints: Blueprints, file: string, values: BlueprintValues): string {
  return fillBlueprint(textOf(blueprints, file), values, file);
}

/** The text of a blueprint or recipe file. Throws FND_BAD_INPUT when there is none of this name. */
export function textOf(blueprints: Blueprints, file: string): string {
  const text = blueprints.get(file);
  if (text === undefined) throw new FoundryError('FND_BAD_INPUT', `there is no blueprint ${file}`);
  return text;
}

function placeholderValue(node: unknown, values: BlueprintValues, file: string): unknown {
  if (isSeq(node) || !isScalar(node) || typeof node.value !== 'string') return undefined;
  const name = PLACEHOLDER.exec(node.value)?.[1];
  if (name === undefined) {
    if (!/(?<!\$)\{\{/.test(node.value)) return undefined;
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${file}: a placeholder must be a whole value, not a part of ${JSON.stringify(node.value)}`,
    );
  }
  const value = name.split('.').reduce<unknown>((at, key) => memberOf(at, key), values);
  if (typeof value === 'string' || typeof value === 'number' || Array.isArray(value)) return value;
  throw new FoundryError('FND_BAD_INPUT', `${file}: there is no value called ${name}`);
}

function memberOf(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null
    ? Object.getOwnPropertyDescriptor(holder, key)?.value
    : undefined;
}
