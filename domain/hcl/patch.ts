import { FoundryError } from '../errors.ts';
import type { HclEdit } from './edit.ts';
import { parseHcl } from './parse.ts';
import { firstDifference, toPlain, type PlainObject, type PlainValue } from './plain.ts';
import type { Splice } from './splice.ts';
import { splicesFor } from './splices.ts';

/**
 * Changes values in an HCL text and keeps every other byte: comments, order, spacing, the form of the newlines.
 *
 * - `replace` changes the characters of the value alone, and nothing when the value is already that.
 * - `add` writes a line of its own: into a block after its last attribute, the `=` under its neighbour's; into an object at
 *   its place in the order of names when the object is sorted, else at its end. The container must be there.
 * - `remove` takes the entry's line, with a comment that follows on that line; comments on other lines stay.
 * - `add-block` writes a block at the end of the file, an empty line before it; `remove-block` takes such a block away again.
 *
 * The result is read again and must hold exactly the intended values. Throws FND_BAD_PINS when the text cannot be read, when
 * an edit does not fit it, or when it would lose a comment inside a replaced list or object, or in a block that goes.
 */
export function patchHcl(text: string, edits: readonly HclEdit[], file: string): string {
  const tree = parseHcl(text, file);
  const patched = applySplices(text, splicesFor(tree, edits), file);
  const found = toPlain(parseHcl(patched, `${file} after the patch`).body);
  const wanted = applyEdits(toPlain(tree.body), edits);
  const difference = firstDifference(wanted, found);
  if (difference !== undefined) {
    throw new FoundryError(
      'FND_BAD_PINS',
      `${file}: the patch would not do what was asked at ${difference.join('.')}`,
    );
  }
  return patched;
}

function applySplices(text: string, splices: readonly Splice[], file: string): string {
  const ordered = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let patched = '';
  let at = 0;
  for (const { start, end, text: inserted } of ordered) {
    if (start < at)
      throw new FoundryError('FND_BAD_PINS', `${file}: two edits of the patch concern the same place`);
    patched += text.slice(at, start) + inserted;
    at = end;
  }
  return patched + text.slice(at);
}

function applyEdits(plain: PlainObject, edits: readonly HclEdit[]): PlainObject {
  const copy = structuredClone(plain) as Record<string, PlainValue>;
  for (const edit of edits) {
    if (edit.op === 'remove-block') {
      removeWithParents(copy, edit.path);
      continue;
    }
    let parent = copy;
    for (const name of edit.path.slice(0, -1)) {
      if (edit.op === 'add-block') parent[name] ??= {};
      parent = parent[name] as Record<string, PlainValue>;
    }
    const name = String(edit.path.at(-1));
    if (edit.op === 'remove') delete parent[name];
    else parent[name] = edit.value;
  }
  return copy;
}

/** The last block of a type takes the type with it. */
function removeWithParents(plain: Record<string, PlainValue>, [name = '', ...more]: readonly string[]): void {
  const child = plain[name] as Record<string, PlainValue> | undefined;
  if (child === undefined) return;
  if (more.length > 0) removeWithParents(child, more);
  if (more.length === 0 || Object.keys(child).length === 0) delete plain[name];
}
