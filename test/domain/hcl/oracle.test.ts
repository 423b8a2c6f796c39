import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parse as referenceParse } from '@cdktf/hcl2json';
import { execa } from 'execa';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseHcl } from '../../../domain/hcl/parse.ts';
import type { HclBody } from '../../../domain/hcl/tree.ts';
import { valueToPlain, type PlainValue } from '../../../domain/hcl/plain.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';
import { almostHcl, anyBlock, anyDocument, anyLabel } from './arbitrary-hcl.ts';

const PATIENCE = 60_000;
const REFERENCE = fileURLToPath(import.meta.resolve('@cdktf/hcl2json'));

// HashiCorp's own parser, compiled to WebAssembly. What our reader accepts, it must read as the same values.

describe('the reference implementation of HCL', () => {
  beforeAll(async () => {
    await referenceParse('warm-up.hcl', '');
  }, PATIENCE);

  it(
    'reads the same values from every document we render',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyDocument, async ({ text }) => {
          const ours = asReference(parseHcl(text, 'x.hcl').body);
          expect(await reference(text, ours)).toEqual(ours);
        }),
        { numRuns: 50 },
      );
    },
    PATIENCE,
  );

  it(
    'reads the same values from every document that we add a block to',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyDocument, anyLabel, anyBlock, async ({ text }, label, value) => {
          const path = ['a-type-that-no-document-has', label];
          const patched = patchHcl(text, [{ op: 'add-block', path, value }], 'x.hcl');
          const ours = asReference(parseHcl(patched, 'x.hcl').body);
          expect(await reference(patched, ours)).toEqual(ours);
        }),
        { numRuns: 50 },
      );
    },
    PATIENCE,
  );

  it(
    'accepts every text that we accept, with the same values',
    async () => {
      await fc.assert(
        fc.asyncProperty(almostHcl, async (text) => {
          const ours = readOrNothing(text);
          if (ours === undefined) return;
          expect(await reference(text, ours)).toEqual(ours);
        }),
        { numRuns: 500 },
      );
    },
    PATIENCE,
  );

  it.each([
    'a = "\\u0024{b}"',
    'a /* x */ = /* y\n */ 1\n',
    'b /* x\n */ {\n}\n',
    'x = ["a" /* \n */, "b" \n , "c"]\n',
    'a = { # c\n b = 1 // d\n\n c = 2 }\n',
    'b label "other" {\n  a = "\\U0001F512"\n}',
    'a = [{ b = [\n1,\n] }, {}]',
  ])('agrees on %j', async (text) => {
    const ours = asReference(parseHcl(text, 'x.hcl').body);
    expect(await reference(text, ours)).toEqual(ours);
  });
});

/**
 * What the reference reads. Where it says other than we do, it is asked again in a process of its own: in one that had run two thousand
 * other tests it once took a NUL in a name for a backslash, and in a new one it never did.
 */
async function reference(text: string, ours: unknown): Promise<unknown> {
  const read: unknown = await referenceParse('x.hcl', text);
  if (isDeepStrictEqual(read, ours)) return read;
  const script = `require(${JSON.stringify(REFERENCE)}).parse('x.hcl', require('node:fs').readFileSync(0, 'utf8')).then((read) => console.log(JSON.stringify(read)))`;
  const { stdout } = await execa(process.execPath, ['--eval', script], { input: text });
  return JSON.parse(stdout);
}

function readOrNothing(text: string): unknown {
  try {
    return asReference(parseHcl(text, 'x.hcl').body);
  } catch {
    return undefined;
  }
}

/** Our tree in the form of the reference: a block is a list of bodies, and a literal `${` in a value stands escaped. */
function asReference(body: HclBody): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const item of body.items) {
    if (item.kind === 'entry') {
      result[item.name] = escaped(valueToPlain(item.value));
      continue;
    }
    let parent = result;
    const path = [item.type, ...item.labels];
    const last = path.pop() ?? '';
    for (const name of path) {
      parent[name] ??= {};
      parent = parent[name] as Record<string, unknown>;
    }
    parent[last] = [asReference(item.body)];
  }
  return result;
}

function escaped(value: PlainValue): unknown {
  if (typeof value === 'string') return value.replaceAll(/([$%])\{/g, '$1$1{');
  if (Array.isArray(value)) return value.map((item: PlainValue) => escaped(item));
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value as Readonly<Record<string, PlainValue>>);
  return Object.fromEntries(entries.map(([name, item]) => [String(escaped(name)), escaped(item)]));
}
