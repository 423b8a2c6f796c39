import type { PlainValue } from './plain.ts';
import { renderString } from './string-literal.ts';

const WIDEST_LIST = 96;
const INDENT = '  ';

/**
 * A value as HCL. `indent` is what its line begins with. An object has an entry a line, sorted by name, names in quotes; a list
 * stands on one line as long as it is short.
 */
export function renderValue(value: PlainValue, indent: string, newline: string): string {
  if (typeof value === 'string') return renderString(value);
  if (typeof value !== 'object') return String(value);
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    const items = value.map((item: PlainValue) => renderValue(item, inner, newline));
    const short = `[${items.join(', ')}]`;
    if (indent.length + short.length <= WIDEST_LIST && !short.includes('\n')) return short;
    return `[${newline}${items.map((item) => `${inner}${item},${newline}`).join('')}${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, PlainValue>>).toSorted(([a], [b]) =>
    compareNames(a, b),
  );
  if (entries.length === 0) return '{}';
  const lines = entries.map(
    ([name, item]) => `${inner}${renderString(name)} = ${renderValue(item, inner, newline)}${newline}`,
  );
  return `{${newline}${lines.join('')}${indent}}`;
}

/** The order of names in what we write: by their UTF-16 units, the same everywhere. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
