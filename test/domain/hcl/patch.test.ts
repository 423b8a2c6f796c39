import { describe, expect, it } from 'vitest';
import type { HclEdit } from '../../../domain/hcl/edit.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';

const FILE = `# The pins.
schema = 1

base {
  # Watched by hand since May.
  image     = "example/base:latest" # the tag is for reading only
  platforms = ["a", "b"]
}

packages "standard" {
  roots    = ["bash"]
  versions = {
    # The shell.
    "bash" = "5.3-r1" # why
    "zlib" = "1.3-r0"
  }
}

empty {}
`;

function patch(...edits: HclEdit[]): string {
  return patchHcl(FILE, edits, 'x.hcl');
}

/** The lines that differ, `-` before the old and `+` before the new. */
function changes(patched: string): string[] {
  const before = FILE.split('\n');
  const after = patched.split('\n');
  const left = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  const right = after.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  return [...left, ...right];
}

const VERSIONS = ['packages', 'standard', 'versions'];

describe('patchHcl', () => {
  it('gives the same bytes for no edit, and for a value that is already there', () => {
    expect(patch()).toBe(FILE);
    expect(patch({ op: 'replace', path: [...VERSIONS, 'bash'], value: '5.3-r1' })).toBe(FILE);
    const spelled = 'a = "\\u0041"\n';
    expect(patchHcl(spelled, [{ op: 'replace', path: ['a'], value: 'A' }], 'x.hcl')).toBe(spelled);
  });

  it('replaces the value alone', () => {
    const patched = patch({ op: 'replace', path: [...VERSIONS, 'bash'], value: '5.3-r2' });

    expect(patched).toBe(FILE.replace('5.3-r1', '5.3-r2'));
  });

  it('replaces a short list by a long one, an item a line', () => {
    const items = Array.from({ length: 6 }, (_, index) => `package-with-a-name-${index}`);
    const patched = patch({ op: 'replace', path: ['base', 'platforms'], value: items });

    expect(patched).toContain('  platforms = [\n    "package-with-a-name-0",\n');
    expect(patched).toContain('    "package-with-a-name-5",\n  ]\n}\n');
  });

  it('adds an attribute after the last one of its block, its = under the neighbour', () => {
    const patched = patch({ op: 'add', path: ['base', 'digest'], value: 'sha256:00' });

    expect(patched).toContain('  platforms = ["a", "b"]\n  digest    = "sha256:00"\n}\n');
    expect(changes(patched)).toEqual(['+  digest    = "sha256:00"']);
  });

  it('adds entries to a sorted object at their places, in order', () => {
    const patched = patch(
      { op: 'add', path: [...VERSIONS, 'zstd'], value: '1.5-r0' },
      { op: 'add', path: [...VERSIONS, 'libc'], value: '2.43-r0' },
      { op: 'add', path: [...VERSIONS, 'apk'], value: '3-r0' },
      { op: 'add', path: [...VERSIONS, 'libb'], value: '1-r0' },
    );

    expect(patched).toContain(`  versions = {
    "apk" = "3-r0"
    # The shell.
    "bash" = "5.3-r1" # why
    "libb" = "1-r0"
    "libc" = "2.43-r0"
    "zlib" = "1.3-r0"
    "zstd" = "1.5-r0"
  }
`);
  });

  it('adds at the end of an object that is not sorted', () => {
    const patched = patchHcl(
      'a = {\n  z = 1\n  b = 2\n}\n',
      [{ op: 'add', path: ['a', 'c'], value: 3 }],
      'x.hcl',
    );

    expect(patched).toBe('a = {\n  z = 1\n  b = 2\n  "c" = 3\n}\n');
  });

  it('adds a whole object, sorted, and opens an empty block', () => {
    const patched = patch({ op: 'add', path: ['empty', 'versions'], value: { b: '2', a: '1', c: {} } });

    expect(patched).toContain(
      'empty {\n  versions = {\n    "a" = "1"\n    "b" = "2"\n    "c" = {}\n  }\n}\n',
    );
  });

  it('removes the line with its comment, and leaves comments on other lines', () => {
    const patched = patch({ op: 'remove', path: [...VERSIONS, 'bash'] });

    expect(changes(patched)).toEqual(['-    "bash" = "5.3-r1" # why']);
    expect(patched).toContain('  versions = {\n    # The shell.\n    "zlib"');
  });

  it('removes and adds beside each other', () => {
    const patched = patch(
      { op: 'remove', path: [...VERSIONS, 'bash'] },
      { op: 'add', path: [...VERSIONS, 'bash5'], value: '5-r0' },
      { op: 'replace', path: [...VERSIONS, 'zlib'], value: '1.3-r1' },
      { op: 'add', path: ['root'], value: true },
    );

    expect(changes(patched)).toEqual([
      '-    "bash" = "5.3-r1" # why',
      '-    "zlib" = "1.3-r0"',
      '+root   = true',
      '+    "bash5" = "5-r0"',
      '+    "zlib" = "1.3-r1"',
    ]);
  });

  it.each([
    ['a = 1', 'a = 1\nb = 2\n'],
    ['a = 1\r\nc {}\r\n', 'a = 1\r\nb = 2\r\nc {}\r\n'],
    ['c {}\n', 'b = 2\nc {}\n'],
    ['a = 1 /* one\n two */\n', 'a = 1 /* one\n two */\nb = 2\n'],
    ['', 'b = 2\n'],
  ])('adds to %j the way the file is written', (text, patched) => {
    expect(patchHcl(text, [{ op: 'add', path: ['b'], value: 2 }], 'x.hcl')).toBe(patched);
  });

  it.each([
    ['a {\n\tc {}\n}\n', 'a {\n\tb = 2\n\tc {}\n}\n'],
    ['a { # why\n}\n', 'a { # why\n  b = 2\n}\n'],
    ['a {\n  x {\n  }\n  c = 1\n}\n', 'a {\n  x {\n  }\n  c = 1\n  b = 2\n}\n'],
    ['a = { }\n', 'a = {\n  "b" = 2\n}\n'],
    ['a = {\n}\n', 'a = {\n  "b" = 2\n}\n'],
    ['a = {\n  "a" = 1,\n}\n', 'a = {\n  "a" = 1,\n  "b" = 2\n}\n'],
  ])('adds into %j with the indentation of the place', (text, patched) => {
    expect(patchHcl(text, [{ op: 'add', path: ['a', 'b'], value: 2 }], 'x.hcl')).toBe(patched);
  });

  it('writes any text so that it is read back as it was', () => {
    const value = 'a "b" \\ ${c} %{d}\n\t\u0007é';

    expect(patchHcl('a = ""\n', [{ op: 'replace', path: ['a'], value }], 'x.hcl')).toBe(
      'a = "a \\"b\\" \\\\ \\u0024{c} \\u0025{d}\\n\\t\\u0007é"\n',
    );
  });
});

describe('what patchHcl refuses', () => {
  it.each<[string, HclEdit[], string]>([
    ['a = 1\n', [{ op: 'replace', path: ['b'], value: 1 }], 'x.hcl:1:1: there is no b here'],
    ['a = 1\n', [{ op: 'remove', path: ['b'] }], 'x.hcl:1:1: there is no b here'],
    ['a {}\n', [{ op: 'remove', path: ['a'] }], 'there is no a here'],
    ['a = [1]\n', [{ op: 'replace', path: ['a', 0], value: 2 }], 'there is no a.0 here'],
    ['a = 1\n', [{ op: 'add', path: ['a'], value: 1 }], 'x.hcl:1:5: a is already there'],
    ['a {}\n', [{ op: 'add', path: ['a'], value: 1 }], 'x.hcl:1:1: a is already there'],
    ['a = 1\n', [{ op: 'add', path: ['b', 'c'], value: 1 }], 'there is no place to add b.c to'],
    ['a = 1\n', [{ op: 'add', path: ['a', 'c'], value: 1 }], 'there is no place to add a.c to'],
    ['a = { b = 1, c = 2 }\n', [{ op: 'remove', path: ['a', 'b'] }], 'b does not stand alone on its line'],
    ['a = { b = 1 }\n', [{ op: 'add', path: ['a', 'c'], value: 1 }], 'b does not stand alone on its line'],
    ['a = {b = 1\n}\n', [{ op: 'add', path: ['a', 'a'], value: 1 }], 'b does not stand alone on its line'],
    ['a = { /* c */ }\n', [{ op: 'add', path: ['a', 'c'], value: 1 }], 'there is no line to add an entry on'],
    ['/* c */ a = 1\n', [{ op: 'remove', path: ['a'] }], 'a does not stand alone on its line'],
    [
      'a = [\n  1, # why\n]\n',
      [{ op: 'replace', path: ['a'], value: [2] }],
      'a new value for a would lose the comment inside the old one',
    ],
    [
      'a = 1\n',
      [
        { op: 'replace', path: ['a'], value: 2 },
        { op: 'replace', path: ['a'], value: 3 },
      ],
      'two edits of the patch concern the same place',
    ],
    ['a = 1\n', [{ op: 'add', path: ['b = 1\nc'], value: 1 }], 'the patch would not do what was asked at'],
    [
      'a = 1\n',
      [{ op: 'add', path: ['b c'], value: 1 }],
      'x.hcl after the patch:2:5: expected { after the labels of b, found =',
    ],
    ['a = 1\n', [{ op: 'replace', path: ['a'], value: 1.5 }], '"1.5" is not a number we read'],
    ['a = 1\n', [{ op: 'replace', path: ['a'], value: 'e\u0301' }], 'not in the Unicode form NFC'],
    ['a = ?\n', [], 'x.hcl:1:5: "?" is not part of the HCL we read'],
  ])('%j, %j', (text, edits, reason) => {
    expect(() => patchHcl(text, edits, 'x.hcl')).toThrow(
      expect.objectContaining({ code: 'FND_BAD_PINS', message: expect.stringContaining(reason) as string }),
    );
  });
});

const VEX = { status: 'fixed', expires: '2026-12-31', variants: ['standard'] };
const WRITTEN =
  'vex "CVE-1" {\n  status   = "fixed"\n  expires  = "2026-12-31"\n  variants = ["standard"]\n}\n';

describe('a block of the file', () => {
  const path = ['vex', 'CVE-1'];
  const add: HclEdit = { op: 'add-block', path, value: VEX };
  const remove: HclEdit = { op: 'remove-block', path };

  it.each([
    ['', WRITTEN],
    ['a = 1\n', `a = 1\n\n${WRITTEN}`],
    ['a = 1', `a = 1\n\n${WRITTEN}`],
    ['a {}\r\n', `a {}\r\n\r\n${WRITTEN.replaceAll('\n', '\r\n')}`],
    ['# only a comment', `# only a comment\n\n${WRITTEN}`],
    ['vex "CVE-0" {\n}\n', `vex "CVE-0" {\n}\n\n${WRITTEN}`],
  ])('is added to the end of %j', (text, patched) => {
    expect(patchHcl(text, [add], 'x.hcl')).toBe(patched);
  });

  it('is added beside others, and beside a new attribute', () => {
    const other: HclEdit = { op: 'add-block', path: ['hold', 'gcc'], value: { owner: 'me' } };
    expect(patchHcl('a = 1', [add, other, { op: 'add', path: ['b'], value: 2 }], 'x.hcl')).toBe(
      `a = 1\nb = 2\n\n\n${WRITTEN}\nhold "gcc" {\n  owner = "me"\n}\n`,
    );
  });

  it.each([
    [`a = 1\n\n${WRITTEN}`, 'a = 1\n'],
    [`a = 1\n${WRITTEN}`, 'a = 1\n'],
    [`a = 1\n\n${WRITTEN}\nb {}\n`, 'a = 1\n\nb {}\n'],
    [`# why\n${WRITTEN}# next\n`, '# why\n# next\n'],
    [`a = 1\n\n${WRITTEN}# next\n`, 'a = 1\n\n# next\n'],
    [`${WRITTEN.trimEnd()} # why\n\nb {}\n`, '\nb {}\n'],
    [WRITTEN, ''],
    [`b {}\r\n\r\n${WRITTEN.replaceAll('\n', '\r\n')}`, 'b {}\r\n'],
  ])('is taken out of %j with its lines alone', (text, patched) => {
    expect(patchHcl(text, [remove], 'x.hcl')).toBe(patched);
  });

  it.each<[string, HclEdit, string]>([
    [WRITTEN, add, 'x.hcl:1:1: vex.CVE-1 is already there'],
    ['vex = 1\n', add, 'x.hcl after the patch:3:1'],
    ['vex {\n}\n', add, 'x.hcl after the patch:4:1'],
    ['a = 1\n', { op: 'add-block', path: ['x y'], value: {} }, 'would not do what was asked at x y'],
    ['a = 1\n', remove, 'x.hcl:1:1: there is no vex.CVE-1 here'],
    ['vex "CVE-2" {\n}\n', remove, 'there is no vex.CVE-1 here'],
    ['vex = { CVE-1 = {} }\n', remove, 'there is no vex.CVE-1 here'],
    [
      'vex "CVE-1" {\n  # why\n}\n',
      remove,
      'x.hcl:1:1: without vex.CVE-1 the comment inside it would be lost',
    ],
    ['/* a */ vex "CVE-1" {\n}\n', remove, 'vex.CVE-1 does not stand alone on its lines'],
  ])('is refused in %j', (text, edit, reason) => {
    expect(() => patchHcl(text, [edit], 'x.hcl')).toThrow(
      expect.objectContaining({ code: 'FND_BAD_PINS', message: expect.stringContaining(reason) as string }),
    );
  });
});
