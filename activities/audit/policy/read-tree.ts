import { z } from 'zod';
import { BLUEPRINTS } from '../../build/blueprint.ts';
import { fileKind } from '../file-kinds.ts';
import { type BrokenYaml, readYaml, type YamlFile } from './yaml-file.ts';

const Text = z.string();
const Scalar = z.union([z.string(), z.number()]);

const Step = z.strictObject({
  uses: Text.optional(),
  with: z.record(Text, Scalar).optional(),
  runs: Text.optional(),
});
export type Step = z.infer<typeof Step>;

const Contents = z.strictObject({
  repositories: z.array(Text).optional(),
  keyring: z.array(Text).optional(),
  packages: z.array(Text).optional(),
});

const Dependencies = z.strictObject({ runtime: z.array(Text) });

/** The part of melange's form that our blueprints may use. What is not here is refused, because no rule has looked at it. */
const Melange = z.strictObject({
  package: z.strictObject({
    name: Text,
    version: Scalar,
    epoch: Scalar,
    description: Text,
    url: Text,
    copyright: z.array(z.strictObject({ license: Text })),
    dependencies: Dependencies.optional(),
  }),
  environment: z.strictObject({ contents: Contents, environment: z.record(Text, Text).optional() }),
  pipeline: z.array(Step),
  subpackages: z
    .array(
      z.strictObject({
        name: Text,
        description: Text,
        dependencies: Dependencies.optional(),
        pipeline: z.array(Step),
      }),
    )
    .optional(),
});
export type Melange = z.infer<typeof Melange>;

/** Nothing may be run as somebody else, or be written by anybody whose files are not kept apart. */
const Permissions = z
  .int()
  .refine((mode) => (mode & 0o6000) === 0, 'a blueprint sets no setuid or setgid bit')
  .refine((mode) => (mode & 0o002) === 0 || (mode & 0o1000) !== 0, 'what all may write needs the sticky bit');

/** The part of apko's form that our blueprints may use. */
const Apko = z.strictObject({
  include: Text.optional(),
  contents: Contents.optional(),
  accounts: z
    .strictObject({
      'run-as': Scalar,
      users: z.array(
        z.strictObject({
          username: Text,
          uid: z.int(),
          gid: z.int(),
          shell: Text.optional(),
          homedir: Text.optional(),
        }),
      ),
      groups: z.array(z.strictObject({ groupname: Text, gid: z.int(), members: z.array(Text).optional() })),
    })
    .optional(),
  paths: z
    .array(z.strictObject({ path: Text, type: z.literal('permissions'), permissions: Permissions }))
    .optional(),
  environment: z.record(Text, Text).optional(),
  'work-dir': Text.optional(),
  entrypoint: z.strictObject({ command: Text }).optional(),
  cmd: Text.optional(),
});
type Apko = z.infer<typeof Apko>;

/** A blueprint and the file it stands in. */
export interface Blueprint<T> extends YamlFile {
  readonly content: T;
}

/** The files of a commit, read for the rules. */
export interface ReadTree {
  readonly texts: ReadonlyMap<string, string>;
  readonly melange: readonly Blueprint<Melange>[];
  readonly apko: readonly Blueprint<Apko>[];
  readonly workflows: readonly YamlFile[];
  readonly compose: readonly YamlFile[];
  readonly kubernetes: readonly YamlFile[];
  readonly dockerfiles: readonly { readonly path: string; readonly text: string }[];
  /** The files that no rule can speak of, because they do not have their form, and the blueprints that are not there. */
  readonly broken: readonly BrokenYaml[];
}

/** Reads what the rules look at. Never throws: what cannot be read is `broken`. */
export function readTree(texts: ReadonlyMap<string, string>): ReadTree {
  const broken: BrokenYaml[] = missingBlueprints(texts);
  const ofKind = (kind: ReturnType<typeof fileKind>): { path: string; text: string }[] =>
    [...texts].filter(([path]) => fileKind(path) === kind).map(([path, text]) => ({ path, text }));
  const yaml = (kind: ReturnType<typeof fileKind>): YamlFile[] =>
    ofKind(kind).flatMap(({ path, text }) => {
      const file = readYaml(path, text);
      if ('documents' in file) return [file];
      broken.push(file);
      return [];
    });
  const blueprints = <T>(kind: 'melange' | 'apko', schema: z.ZodType<T>): Blueprint<T>[] =>
    yaml(kind).flatMap((file) => {
      const read = readBlueprint(file, schema);
      if (!Array.isArray(read)) return [read];
      broken.push(...read);
      return [];
    });
  return {
    texts,
    melange: blueprints('melange', Melange),
    apko: blueprints('apko', Apko),
    workflows: yaml('CICD'),
    compose: yaml('DockerCompose'),
    kubernetes: yaml('Kubernetes'),
    dockerfiles: ofKind('Dockerfile'),
    broken,
  };
}

function readBlueprint<T>(file: YamlFile, schema: z.ZodType<T>): Blueprint<T> | BrokenYaml[] {
  const { path } = file;
  if (file.documents.length > 1) return [{ path, line: 1, what: 'it holds more than one document' }];
  const result = schema.safeParse(file.documents[0]);
  if (result.success) return { ...file, content: result.data };
  return result.error.issues.map((issue) => {
    const at = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    return {
      path,
      line: file.lineOf(unknown === undefined ? at : [...at, unknown]),
      what: `${at.join('.') || 'the blueprint'}: ${issue.message}`,
    };
  });
}

function missingBlueprints(texts: ReadonlyMap<string, string>): BrokenYaml[] {
  return Object.values(BLUEPRINTS)
    .map((name) => `images/${name}`)
    .filter((path) => !texts.has(path))
    .map((path) => ({ path, line: 0, what: 'it is not there' }));
}
