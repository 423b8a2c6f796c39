import type { HclPath } from './locate.ts';
import type { PlainValue } from './plain.ts';

/** One intended change: another value, a new entry, or one that goes. */
export type HclEdit =
  | { readonly op: 'replace'; readonly path: HclPath; readonly value: PlainValue }
  | { readonly op: 'add'; readonly path: HclPath; readonly value: PlainValue }
  | { readonly op: 'remove'; readonly path: HclPath };
