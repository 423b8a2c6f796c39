/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

/** The identifier under which all component schemas are registered; references are rewritten to it. */
export const SCHEMA_DOCUMENT_ID = 'github:openapi';

/**
 * An OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a choice with null (it would otherwise be lost beside
 * `$ref`, `allOf` and `enum`), and references become absolute.
 */
export function toJsonSchema(schema: unknown): JsonSchema {
  return convert(schema) as JsonSchema;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  if (nullable === true) return { anyOf: [{ type: 'null' }, convertEntries(rest)] };
  return convertEntries(value as Record<string, unknown>);
}

function convertEntries(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? `${SCHEMA_DOCUMENT_ID}${value}` : convert(value),
    ]),
  );
}
