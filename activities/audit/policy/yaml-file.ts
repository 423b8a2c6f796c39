import { type Document, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { messageOf } from '../../../domain/errors.ts';

/** A place in a YAML document: keys and indexes from its top. */
export type YamlPath = readonly (string | number)[];

/** A file of YAML that could be read. */
export interface YamlFile {
  readonly path: string;
  /** Its documents as plain values; aliases and merge keys are resolved. */
  readonly documents: readonly unknown[];
  /** The line, from 1, where the value at a place stands; where there is none, the next place above it. */
  lineOf(at: YamlPath, document?: number): number;
  /** The lines of a text at a place, each with its line in the file. */
  linesOf(at: YamlPath): readonly { readonly line: number; readonly text: string }[];
}

/** Why a file of YAML could not be read. */
export interface BrokenYaml {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** Reads a file of YAML. Anything a stricter reader might take in another way counts as broken: a key that is there twice, for one. */
export function readYaml(path: string, text: string): YamlFile | BrokenYaml {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, merge: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  const error = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])[0];
  if (error !== undefined) {
    return { path, line: error.linePos?.[0].line ?? 1, what: error.message.split('\n', 1)[0] ?? '' };
  }
  if (documents.length === 0) return { path, line: 1, what: 'it holds nothing' };
  try {
    const values = documents.map((document) => document.toJS() as unknown);
    const lineAt = (offset: number): number => Math.max(lineCounter.linePos(offset).line, 1);
    const lineOf = (at: YamlPath, document = 0): number => lineAt(startOf(documents[document], at));
    return { path, documents: values, lineOf, linesOf: (at) => linesIn(documents[0], at, lineOf(at)) };
  } catch (error) {
    return { path, line: 1, what: messageOf(error) };
  }
}

function startOf(document: Document | undefined, at: YamlPath): number {
  const node = at.length === 0 ? document?.contents : document?.getIn(at, true);
  if (isNode(node) && node.range) return node.range[0];
  return at.length === 0 ? 0 : startOf(document, at.slice(0, -1));
}

function linesIn(
  document: Document | undefined,
  at: YamlPath,
  first: number,
): { line: number; text: string }[] {
  const node = document?.getIn(at, true);
  if (!isScalar(node) || typeof node.value !== 'string') return [];
  // A block begins on the line after its `|`.
  const start = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? first + 1 : first;
  return node.value.split('\n').map((text, index) => ({ line: start + index, text }));
}
