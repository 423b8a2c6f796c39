import type { HclPath } from './locate.ts';
import type { PlainObject, PlainValue } from './plain.ts';

/** One intended change: another value, a new entry, one that goes; or a whole block of the file, by its type and labels, that comes or goes. */
export type HclEdit =
  | { readonly op: 'replace'; readonly path: HclPath; readonly value: PlainValue }
  | { readonly op: 'add'; readonly path: HclPath; readonly value: PlainValue }
  | { readonly op: 'remove'; readonly path: HclPath }
  | { readonly op: 'add-block'; readonly path: readonly string[]; readonly value: PlainObject }
  | { readonly op: 'remove-block'; readonly path: readonly string[] };
