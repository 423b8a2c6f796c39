import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ElfFacts, readElf } from '../../../adapters/elf/read-elf.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';

const SOURCE =
  '#include <stdio.h>\nint seen(int a) { return a + 1; }\nint main(void) { return puts("x") + seen(1); }\n';
/** Programs and libraries made in ways that differ in what is read. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  hardened: ['-fPIE', '-pie', '-O2', '-fstack-protector-all', '-Wl,-z,relro,-z,now'],
  plain: ['-no-pie', '-Wl,-z,norelro', '-Wl,-z,lazy'],
  'executable-stack': ['-Wl,-z,execstack'],
  'search-path': ['-Wl,-rpath,/opt/own', '-Wl,--disable-new-dtags'],
  'run-path': ['-Wl,-rpath,/opt/own', '-Wl,--enable-new-dtags'],
  library: ['-shared', '-fPIC', '-Wl,-soname,libmade.so.1'],
  'control-flow': ['-fcf-protection=full', '-nostartfiles', '-shared', '-fPIC', '-Wl,-z,ibt,-z,shstk'],
};

describe('what readElf says is what readelf says', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-elf-'));
    await writeFile(join(folder, 'source.c'), SOURCE);
    for (const [name, options] of Object.entries(MADE)) {
      const args = [...options, '-o', join(folder, name), join(folder, 'source.c')];
      await runTool({ tool: 'gcc', file: 'gcc', args });
    }
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  test.each(Object.keys(MADE))('%s', async (name) => {
    const { ours, theirs } = await readBoth(join(folder, name));
    expect(ours).toEqual(theirs);
  });

  test('of the libraries of this machine', async () => {
    const libraries = '/usr/lib/x86_64-linux-gnu';
    const found = (await readdir(libraries)).filter((name) => /^lib(c|m|crypto|ssl|z)\.so\.\d+$/.test(name));
    expect(found.length).toBeGreaterThan(2);
    for (const name of found) {
      const { ours, theirs } = await readBoth(join(libraries, name));
      expect(ours).toEqual(theirs);
    }
  });

  test('and what was made differs as it was asked for', async () => {
    const facts = async (name: string): Promise<ElfFacts> => {
      const elf = readElf(await readFile(join(folder, name)));
      if (elf === undefined) throw new Error(`${name} is no ELF file`);
      return elf;
    };
    expect(await facts('hardened')).toMatchObject({ positionIndependent: true, bindNow: true });
    expect((await facts('hardened')).symbols?.imports).toContain('__stack_chk_fail');
    expect(await facts('plain')).toMatchObject({ positionIndependent: false, relocationsReadOnly: false });
    expect(await facts('executable-stack')).toMatchObject({ writableCode: true, statesStack: true });
    expect((await facts('library')).symbols?.exports).toEqual(['main', 'seen']);
    expect((await facts('control-flow')).properties).toEqual(['IBT', 'SHSTK']);
  });
});

/** What each says of a file. Sections are only where symbols and notes are found. */
async function readBoth(file: string): Promise<{ ours: object; theirs: object }> {
  const elf = readElf(await readFile(file));
  const said = await readelf('-hldW', file);
  const dynamic = (tag: string): string[] =>
    [...said.matchAll(new RegExp(String.raw`\(${tag}\).*\[(.*)\]`, 'g'))].map((match) => match[1] ?? '');
  const flags = [...said.matchAll(/\(FLAGS(?:_1)?\)\s+(.*)/g)].map((match) => match[1]).join(' ');
  const stack = /GNU_STACK.* (R[ W][ E])/.exec(said)?.[1];
  const rows = (await readelf('--dyn-syms', '-W', file)).matchAll(
    /^\s+\d+: \S+\s+\S+ \S+\s+(?:GLOBAL|WEAK|UNIQUE|GNU_UNIQUE) +(?:DEFAULT|PROTECTED) +(\S+) ([^@\s]+)/gm,
  );
  const symbols = { UND: new Set<string>(), defined: new Set<string>() };
  for (const [, place, name = ''] of rows) symbols[place === 'UND' ? 'UND' : 'defined'].add(name);
  const properties = /x86 feature: (.*)/.exec(await readelf('-nW', file))?.[1]?.split(', ') ?? [];
  const theirs = {
    needed: dynamic('NEEDED'),
    soname: dynamic('SONAME')[0],
    interpreter: /interpreter: (.*)\]/.exec(said)?.[1],
    searchPaths: [...dynamic('RPATH'), ...dynamic('RUNPATH')],
    textRelocations: said.includes('TEXTREL'),
    bindNow: /\bNOW\b|BIND_NOW/.test(flags),
    positionIndependent: said.includes('DYN ('),
    relocationsReadOnly: said.includes('GNU_RELRO'),
    writableCode: stack === 'RWE' || /LOAD .* RWE /.test(said),
    statesStack: stack !== undefined,
    isObject: false,
    sections: [],
    symbols: { exports: [...symbols.defined].toSorted(), imports: [...symbols.UND].toSorted() },
    properties: properties.filter((name) => name !== '<None>'),
  };
  return { ours: { ...elf, sections: [] }, theirs };
}

async function readelf(...args: readonly string[]): Promise<string> {
  return (await runTool({ tool: 'readelf', file: 'readelf', args, env: { LC_ALL: 'C' } })).stdout;
}
