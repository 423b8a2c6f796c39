import { posix } from 'node:path';
import type { PackageEntry } from '../../adapters/apk/write-package.ts';
import { readElf, type ElfFacts } from '../../adapters/elf/read-elf.ts';

/** What a package needs from others and gives to them, found in its files. */
export interface Needs {
  readonly depends: readonly string[];
  readonly provides: readonly string[];
}

const LIBRARY_FOLDER = 'usr/lib';
const COMMAND_FOLDER = 'usr/bin';

/**
 * Finds `so:` needs (ELF `NEEDED` and the loader) that the package does not meet itself, and what it provides:
 * `so:<soname>=<its number>` for libraries in `usr/lib`, `cmd:<name>=<version>` for commands in `usr/bin`,
 * `pc:<name>=<version>` for pkg-config files. The forms are melange's, so that packages built by it resolve.
 */
export function findNeeds(entries: readonly PackageEntry[], version: string): Needs {
  const needed = new Set<string>();
  const provides = new Set<string>();
  for (const entry of entries) {
    const folder = posix.dirname(entry.path);
    const name = posix.basename(entry.path);
    if (folder === COMMAND_FOLDER && isCommand(entry)) provides.add(`cmd:${name}=${version}`);
    if (entry.type !== 'file') continue;
    const pc = /^usr\/(?:lib|share)\/pkgconfig\/(.+)\.pc$/.exec(entry.path)?.[1];
    if (pc !== undefined) provides.add(`pc:${pc}=${version}`);
    const elf = readElf(entry.content);
    if (elf === undefined) continue;
    for (const library of neededBy(elf)) needed.add(`so:${library}`);
    if (folder === LIBRARY_FOLDER && elf.soname !== undefined) {
      provides.add(`so:${elf.soname}=${sonameNumber(elf.soname)}`);
    }
  }
  const own = new Set([...provides].map(nameOf));
  return {
    depends: [...needed].filter((need) => !own.has(need)).sort(),
    provides: [...provides].sort(),
  };
}

/** The name in a dependency or in what is provided: `so:libz.so.1=1` is `so:libz.so.1`. */
export function nameOf(dependency: string): string {
  return /^!?([^=<>~@]+)/.exec(dependency)?.[1] ?? dependency;
}

function neededBy(elf: ElfFacts): string[] {
  return [...elf.needed, ...(elf.interpreter === undefined ? [] : [posix.basename(elf.interpreter)])];
}

function isCommand(entry: PackageEntry): boolean {
  if (entry.type === 'directory') return false;
  return entry.type !== 'file' || (entry.mode & 0o111) !== 0;
}

function sonameNumber(soname: string): string {
  const number = /\.so\.(.+)$/.exec(soname)?.[1] ?? '';
  return /^[\d.]+$/.test(number) ? number : '0';
}
