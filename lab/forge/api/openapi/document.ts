import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type JsonSchema, SCHEMA_DOCUMENT_ID, toJsonSchema } from './json-schema.ts';

/** The part of an operation that says what may be asked and answered, with references resolved. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  /** Undefined when the operation takes no body. */
  readonly body: JsonSchema | undefined;
  /** By status; null where an answer has no JSON body. */
  readonly answers: ReadonlyMap<number, JsonSchema | null>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** GitHub's description, cut down to some operations and the schemas these need. */
export interface GithubDescription {
  readonly operations: ReadonlyMap<string, Operation>;
  /** One document with all schemas under `components/schemas`, to be registered before any operation's schema. */
  readonly schemas: JsonSchema;
}

const Reference = z.object({ $ref: z.string() });
const ParameterObject = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: z.unknown(),
});
const Content = z.record(z.string(), z.object({ schema: z.unknown().optional() }));
const BodyObject = z.object({ content: Content });
const ResponseObject = z.object({ content: Content.optional() });
const OperationObject = z.object({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Components = z.infer<typeof Document>['components'];

const COMMON_SCHEMAS = ['basic-error', 'validation-error'];

/**
 * Reads GitHub's published OpenAPI description from the installed package and keeps the named operations,
 * each written as `METHOD /path/{parameter}`. Throws an Error for an operation that GitHub does not have.
 */
export async function loadGithubDescription(operations: readonly string[]): Promise<GithubDescription> {
  const file = fileURLToPath(import.meta.resolve('@octokit/openapi/generated/api.github.com.json'));
  const { paths, components } = Document.parse(JSON.parse(await readFile(file, 'utf8')));
  const kept = new Map<string, Operation>();
  for (const name of operations) {
    const [method = '', path = ''] = name.split(' ');
    const described = paths[path]?.[method.toLowerCase()];
    if (described === undefined) throw new Error(`GitHub has no operation ${name}`);
    kept.set(name, readOperation(described, components));
  }
  return { operations: kept, schemas: closure(kept, components) };
}

function readOperation(described: unknown, components: Components): Operation {
  const { parameters, requestBody, responses } = OperationObject.parse(described);
  const body = requestBody === undefined ? undefined : BodyObject.parse(resolve(requestBody, components));
  const answers = new Map<number, JsonSchema | null>();
  for (const [status, response] of Object.entries(responses)) {
    const { content } = ResponseObject.parse(resolve(response, components));
    answers.set(Number(status), content === undefined ? null : answerSchema(Number(status), jsonOf(content)));
  }
  return {
    parameters: parameters.flatMap((parameter) => readParameter(resolve(parameter, components))),
    body: body === undefined ? undefined : jsonOf(body.content),
    answers,
  };
}

/**
 * GitHub describes some refusals as exactly one of two forms whose fields are all optional, which no body can be:
 * for refusals, any of the forms will do.
 */
function answerSchema(status: number, schema: JsonSchema): JsonSchema {
  if (status < 400 || typeof schema === 'boolean' || schema['oneOf'] === undefined) return schema;
  const { oneOf, ...rest } = schema;
  return { ...rest, anyOf: oneOf };
}

function readParameter(described: unknown): Parameter[] {
  const parameter = ParameterObject.parse(described);
  if (parameter.in !== 'path' && parameter.in !== 'query') return [];
  return [{ ...parameter, in: parameter.in, schema: toJsonSchema(parameter.schema) }];
}

function jsonOf(content: z.infer<typeof Content>): JsonSchema {
  return toJsonSchema(content['application/json']?.schema ?? {});
}

/** The schemas that the operations refer to, directly or through others. */
function closure(operations: ReadonlyMap<string, Operation>, components: Components): JsonSchema {
  const schemas: Record<string, JsonSchema> = {};
  const waiting = [...COMMON_SCHEMAS];
  for (const operation of operations.values()) {
    const parts = [operation.parameters, operation.body, [...operation.answers.values()]];
    waiting.push(...namesIn(parts));
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in schemas) continue;
    const schema = toJsonSchema(components['schemas']?.[name] ?? false);
    schemas[name] = schema;
    waiting.push(...namesIn(schema));
  }
  return { $id: SCHEMA_DOCUMENT_ID, components: { schemas } };
}

function namesIn(value: unknown): string[] {
  const references = JSON.stringify(value ?? null).matchAll(
    /"\$ref":"[^"#]*#\/components\/schemas\/([^"/]+)"/g,
  );
  return [...references].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function resolve(value: unknown, components: Components): unknown {
  const reference = Reference.safeParse(value);
  if (!reference.success) return value;
  const [, , kind = '', name = ''] = reference.data.$ref.split('/');
  return resolve(components[kind]?.[name], components);
}
