import type { z } from 'zod';
import { FoundryError } from '../errors.ts';
import { placeOf, type HclPath } from '../hcl/locate.ts';
import { parseHcl } from '../hcl/parse.ts';
import { toPlain, type PlainObject, type PlainValue } from '../hcl/plain.ts';
import { describeAt, errorAt } from '../hcl/source-text.ts';
import type { HclFile } from '../hcl/tree.ts';
import { SCHEMA_VERSION, Versions } from './versions.ts';

const MOST_SHOWN = 10;

/**
 * Reads `versions.hcl`. `file` names it in errors. Throws FND_BAD_PINS that shows every place that is wrong, each with its
 * line and reason; an open pin is not an error here, see `requirePins`.
 */
export function readVersions(text: string, file: string): Versions {
  const tree = parseHcl(text, file);
  const plain = toPlain(tree.body);
  checkSchemaVersion(tree, plain['schema']);
  const result = Versions.safeParse(plain);
  if (result.success) return result.data;
  const places = result.error.issues.flatMap((issue) => describeIssue(tree, issue));
  const more = places.length > MOST_SHOWN ? [`… and ${places.length - MOST_SHOWN} more`] : [];
  throw new FoundryError('FND_BAD_PINS', [...places.slice(0, MOST_SHOWN), ...more].join('\n'), {
    hint: 'docs/versions.md explains every attribute.',
  });
}

/** A path as people write it: `packages.build.versions["libstdc++"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      const text = String(part);
      if (!/^[A-Za-z0-9_-]+$/.test(text)) return `[${JSON.stringify(text)}]`;
      return index === 0 ? text : `.${text}`;
    })
    .join('');
}

function checkSchemaVersion(tree: HclFile, schema: unknown): void {
  if (schema === SCHEMA_VERSION) return;
  const place = placeOf(tree, ['schema']).start;
  if (schema === undefined) throw errorAt(tree.source, place, `schema = ${SCHEMA_VERSION} is missing`);
  const reason = `schema: this foundry reads schema ${SCHEMA_VERSION}, the file says ${JSON.stringify(schema)}`;
  throw errorAt(tree.source, place, reason, 'Use the foundry of the commit that holds this file.');
}

function describeIssue(tree: HclFile, issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) =>
      describeAt(tree.source, placeOf(tree, path, name).start, `${pathText([...path, name])} is unknown`),
    );
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.pop());
    const reason = issue.issues[0]?.message ?? issue.message;
    return [
      describeAt(tree.source, placeOf(tree, path, name).start, `${pathText([...path, name])}: ${reason}`),
    ];
  }
  if (issue.code === 'invalid_type' && isMissing(tree, path)) return [describeMissing(tree, path)];
  return [describeAt(tree.source, placeOf(tree, path).start, `${pathText(path)}: ${reasonOf(issue)}`)];
}

function isMissing(tree: HclFile, path: HclPath): boolean {
  return valueAt(toPlain(tree.body), path) === undefined;
}

function valueAt(plain: PlainValue, path: HclPath): PlainValue | undefined {
  let value: PlainValue | undefined = plain;
  for (const part of path) {
    if (typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as PlainObject)[part];
  }
  return value;
}

function describeMissing(tree: HclFile, path: HclPath): string {
  const reason = `${pathText(path)} is missing`;
  return path.length === 1
    ? `${tree.source.file}: ${reason}`
    : describeAt(tree.source, placeOf(tree, path).start, reason);
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_value') return issue.message.replace(/^Invalid input: /, '');
  return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
}
