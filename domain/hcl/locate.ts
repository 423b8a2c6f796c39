import type { Span } from './source-text.ts';
import {
  blocksOf,
  entriesOf,
  type HclBlock,
  type HclBody,
  type HclEntry,
  type HclFile,
  type HclObject,
  type HclValue,
} from './tree.ts';

/**
 * The way to something in a file: block types, their labels, attribute names, names in an object; numbers count in a list.
 * `['packages', 'build', 'versions', 'libstdc++']` is an entry of the object `versions` in the block `packages "build"`.
 */
export type HclPath = readonly (string | number)[];

/** A thing that holds entries: the file, a block, or an object. */
export type Container =
  | { readonly kind: 'file'; readonly body: HclBody }
  | { readonly kind: 'block'; readonly body: HclBody; readonly block: HclBlock }
  | { readonly kind: 'object'; readonly object: HclObject };

type Found =
  | Container
  | { readonly kind: 'entry'; readonly entry: HclEntry }
  | { readonly kind: 'value'; readonly value: HclValue };

/** The entry at a path, or undefined. */
export function findEntry(file: HclFile, path: HclPath): HclEntry | undefined {
  const found = walk(file, path);
  return found.length === path.length && found.at.kind === 'entry' ? found.at.entry : undefined;
}

/** The file, block or object at a path, or undefined. */
export function findContainer(file: HclFile, path: HclPath): Container | undefined {
  const found = walk(file, path);
  return found.length === path.length ? asContainer(found.at) : undefined;
}

/** The entries that stand directly in a container. */
export function entriesIn(container: Container): readonly HclEntry[] {
  return container.kind === 'object' ? container.object.entries : entriesOf(container.body);
}

/**
 * The best place to show for a path, also for one that is not there: the value, or what encloses it.
 * With `name`, the name of that entry or block in what the path leads to.
 */
export function placeOf(file: HclFile, path: HclPath, name?: string): Span {
  const { at } = walk(file, path);
  const container = asContainer(at);
  if (name !== undefined && container !== undefined) {
    const entry = entriesIn(container).find((candidate) => candidate.name === name);
    if (entry !== undefined) return entry.nameSpan;
    const block =
      container.kind === 'object' ? undefined : blocksOf(container.body).find((b) => b.type === name);
    if (block !== undefined) return block.span;
  }
  switch (at.kind) {
    case 'entry':
      return at.entry.value.span;
    case 'value':
      return at.value.span;
    case 'block':
      return at.block.span;
    case 'object':
      return at.object.span;
    case 'file':
      return { start: 0, end: 0 };
    default:
      return at satisfies never;
  }
}

/** Follows a path as far as it leads; a block counts with all its labels. */
function walk(file: HclFile, path: HclPath): { at: Found; length: number } {
  let at: Found = { kind: 'file', body: file.body };
  let length = 0;
  while (length < path.length) {
    const step = stepInto(at, path.slice(length));
    if (step === undefined) break;
    at = step.at;
    length += step.length;
  }
  return { at, length };
}

function stepInto(at: Found, path: HclPath): { at: Found; length: number } | undefined {
  const [name] = path;
  if (typeof name === 'number') return stepIntoList(at, name);
  const container = asContainer(at);
  if (container === undefined) return undefined;
  const entry = entriesIn(container).find((candidate) => candidate.name === name);
  if (entry !== undefined) return { at: { kind: 'entry', entry }, length: 1 };
  if (container.kind === 'object') return undefined;
  const block = blocksOf(container.body).find((candidate) => {
    const names = [candidate.type, ...candidate.labels];
    return names.every((part, index) => part === path[index]);
  });
  if (block === undefined) return undefined;
  return { at: { kind: 'block', body: block.body, block }, length: 1 + block.labels.length };
}

function stepIntoList(at: Found, index: number): { at: Found; length: number } | undefined {
  const value = valueOf(at);
  const item = value?.kind === 'list' ? value.items[index] : undefined;
  return item === undefined ? undefined : { at: { kind: 'value', value: item }, length: 1 };
}

function asContainer(found: Found): Container | undefined {
  if (found.kind === 'file' || found.kind === 'block' || found.kind === 'object') return found;
  const value = valueOf(found);
  return value?.kind === 'object' ? { kind: 'object', object: value } : undefined;
}

function valueOf(found: Found): HclValue | undefined {
  if (found.kind === 'entry') return found.entry.value;
  return found.kind === 'value' ? found.value : undefined;
}
