import type { HclBlock, HclBody, HclEntry, HclValue } from './tree.ts';

/** The values of a file without places: what a schema reads, and what a patch is checked against. */
export type PlainValue = string | number | boolean | readonly PlainValue[] | PlainObject;

export interface PlainObject {
  readonly [name: string]: PlainValue;
}

/**
 * The values of a body. A block becomes an object under its type, and under each of its labels:
 * `packages "build" { roots = [] }` is `{ packages: { build: { roots: [] } } }`. The parser's rules make this unambiguous.
 */
export function toPlain(body: HclBody): PlainObject {
  const plain: Nested = {};
  for (const item of body.items) {
    if (item.kind === 'entry') plain[item.name] = valueToPlain(item.value);
    else addBlock(plain, item);
  }
  return plain;
}

/** The plain form of one value. */
export function valueToPlain(value: HclValue): PlainValue {
  switch (value.kind) {
    case 'list':
      return value.items.map((item) => valueToPlain(item));
    case 'object':
      return entriesToPlain(value.entries);
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    default:
      return value satisfies never;
  }
}

/** Whether two values are the same; the order of names does not matter, the order of lists does. */
export function samePlain(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  return firstDifference(a, b) === undefined;
}

/** The path of the first place where two values differ, or undefined when they are the same. */
export function firstDifference(
  a: PlainValue | undefined,
  b: PlainValue | undefined,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (!isNested(a) || !isNested(b) || Array.isArray(a) !== Array.isArray(b))
    return a === b ? undefined : path;
  const left = new Map(Object.entries(a));
  const right = new Map(Object.entries(b));
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const difference = firstDifference(left.get(name), right.get(name), [...path, name]);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

type Nested = { [name: string]: PlainValue };

function entriesToPlain(entries: readonly HclEntry[]): PlainObject {
  return Object.fromEntries(entries.map((entry) => [entry.name, valueToPlain(entry.value)]));
}

function addBlock(plain: Nested, block: HclBlock): void {
  const names = [block.type, ...block.labels];
  const last = names.pop() ?? block.type;
  let parent = plain;
  for (const name of names) {
    const next: Nested =
      ((Object.hasOwn(parent, name) ? parent[name] : undefined) as Nested | undefined) ?? {};
    parent[name] = next;
    parent = next;
  }
  parent[last] = toPlain(block.body);
}

function isNested(value: PlainValue | undefined): value is PlainObject | readonly PlainValue[] {
  return typeof value === 'object';
}
