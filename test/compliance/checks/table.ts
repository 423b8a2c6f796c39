import { FoundryError } from '../../../domain/errors.ts';

/** One row: every column has a text, which may be empty. */
type Row<Column extends string> = Readonly<Record<Column, string>>;

/**
 * A table of published data, a row a line, with `|` between columns: long values in lines of code would hide what a row is.
 * Throws FND_BAD_DATA, naming the row by its first column, for one with more or fewer columns.
 */
export function table<const Column extends string>(
  columns: readonly Column[],
  text: string,
): readonly Row<Column>[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => rowOf(columns, line));
}

function rowOf<Column extends string>(columns: readonly Column[], line: string): Row<Column> {
  const values = line.split('|').map((value) => value.trim());
  if (values.length !== columns.length)
    throw new FoundryError(
      'FND_BAD_DATA',
      `the row ${values[0] ?? ''} has ${values.length} columns, expected ${columns.length}`,
    );
  return Object.fromEntries(columns.map((column, index) => [column, values[index]])) as Row<Column>;
}

/** What a row names. Throws FND_BAD_DATA for a name that nobody knows. */
export function named<Value>(known: Readonly<Record<string, Value>>, name: string): Value {
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  if (value !== undefined) return value;
  throw new FoundryError('FND_BAD_DATA', `a row of a table names ${name}, which nobody knows`);
}
