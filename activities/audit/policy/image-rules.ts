import type { ReadTree } from './read-tree.ts';
import type { Rule, Violation } from './rule.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

const PINNED_IMAGE = /^[^\s@$]+@sha256:[0-9a-f]{64}$/;
const PINNED_ACTION = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** The rules over what is run or built upon besides our own packages. */
export const IMAGE_RULES: readonly Rule[] = [
  {
    id: 'IMAGE-PINNED',
    title: 'Every image is named by its digest',
    *look(tree) {
      for (const file of [...tree.compose, ...tree.kubernetes, ...tree.workflows])
        yield* unpinnedImages(file);
      for (const file of tree.dockerfiles) yield* unpinnedBases(file);
    },
  },
  {
    id: 'COMPOSE-WHOLE',
    title: 'No compose file takes in another that is not audited',
    *look({ compose }) {
      for (const file of compose) {
        for (const { key, at, document } of allKeys(file)) {
          if ((key === 'include' && at.length === 1) || key === 'extends') {
            yield {
              path: file.path,
              line: file.lineOf(at, document),
              what: `${key} takes in what is not looked at`,
            };
          }
        }
      }
    },
  },
  {
    id: 'ACTION-PINNED',
    title: 'Every action is named by its full commit',
    *look({ workflows }) {
      for (const file of workflows) {
        for (const { key, value, at, document } of allKeys(file)) {
          if (key !== 'uses' || isPinnedAction(value)) continue;
          const what = `${String(value)} is not pinned by a full commit, or is not audited`;
          yield { path: file.path, line: file.lineOf(at, document), what };
        }
      }
    },
  },
];

function isPinnedAction(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const image = value.startsWith('docker://') ? value.slice('docker://'.length) : undefined;
  if (image !== undefined) return PINNED_IMAGE.test(image);
  // One of our own workflows is audited like this one; any other local action is not.
  return PINNED_ACTION.test(value) || /^\.\/\.github\/workflows\/[\w.-]+$/.test(value);
}

function* unpinnedImages(file: YamlFile): Generator<Violation> {
  for (const { key, value, at, document } of allKeys(file)) {
    const isImage = key === 'image' || (key === 'container' && typeof value === 'string');
    if (!isImage || (typeof value === 'string' && PINNED_IMAGE.test(value))) continue;
    const what = `the image ${typeof value === 'string' ? value : JSON.stringify(value)} has no digest`;
    yield { path: file.path, line: file.lineOf(at, document), what };
  }
}

/** Line by line, so a FROM that a stricter reader would not see as one is judged too. */
function* unpinnedBases({ path, text }: ReadTree['dockerfiles'][number]): Generator<Violation> {
  const stages = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    const syntax = /^\s*#\s*syntax\s*=\s*(\S+)/i.exec(line)?.[1];
    const taken = line.trimStart().startsWith('#')
      ? []
      : [...line.matchAll(/\bfrom=([^\s,]+)/gi)].map(([, one]) => one);
    const images = [from?.[1], syntax, ...taken].filter((one) => one !== undefined);
    for (const image of images) {
      if (image === 'scratch' || stages.has(image) || PINNED_IMAGE.test(image)) continue;
      if (/^\d+$/.test(image) && Number(image) < stages.size) continue;
      yield { path, line: index + 1, what: `the image ${image} has no digest` };
    }
    if (from !== null) stages.add(from[2] ?? `stage ${index}`);
  }
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly at: YamlPath;
  readonly document: number;
}

function* allKeys({ documents }: YamlFile): Generator<Entry> {
  for (const [document, value] of documents.entries()) yield* keysIn(value, [], document);
}

function* keysIn(value: unknown, above: YamlPath, document: number): Generator<Entry> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = [...above, Array.isArray(value) ? Number(key) : key];
    if (!Array.isArray(value)) yield { key, value: inner as unknown, at, document };
    yield* keysIn(inner, at, document);
  }
}
