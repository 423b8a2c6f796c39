import type { SourceText, Span } from './source-text.ts';

/** A value with its place. `span` covers the value alone, from its first to its last character. */
export type HclValue =
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly HclValue[]; readonly span: Span }
  | HclObject;

export interface HclObject {
  readonly kind: 'object';
  readonly entries: readonly HclEntry[];
  readonly span: Span;
}

/** `name = value`: an attribute of a body or an entry of an object. */
export interface HclEntry {
  readonly kind: 'entry';
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: HclValue;
}

/** `type "label" … { … }`. */
export interface HclBlock {
  readonly kind: 'block';
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  /** From the type to the closing brace. */
  readonly span: Span;
  /** From the opening to the closing brace. */
  readonly braces: Span;
}

/** What a file or a block holds, in its order. */
export interface HclBody {
  readonly items: readonly (HclEntry | HclBlock)[];
}

/** A whole file: its text, and what stands where in it. */
export interface HclFile {
  readonly source: SourceText;
  readonly body: HclBody;
  readonly comments: readonly Span[];
}

/** The entries of a body, in their order. */
export function entriesOf(body: HclBody): HclEntry[] {
  return body.items.filter((item) => item.kind === 'entry');
}

/** The blocks of a body, in their order. */
export function blocksOf(body: HclBody): HclBlock[] {
  return body.items.filter((item) => item.kind === 'block');
}
